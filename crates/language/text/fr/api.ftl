# The API: refusals
reason-portal-token = Le jeton est inconnu, révoqué ou expiré, ou la personne qui l’a créé n’a plus aucun droit.
reason-portal-scope = Le jeton n’a pas été créé pour cela. Créez-en un qui comporte cette portée.

# API tokens in the portal
portal-tokens = Jetons d’API
portal-tokens-text = Un programme muni d’un jeton fait ce que disent ses portées, dans la mesure où la personne qui l’a créé en a le droit. Si elle perd son rôle ou est suspendue, le jeton ne fait plus rien.
portal-tokens-none = Ce compte n’a aucun jeton.
portal-token = Jeton
portal-token-make = Créer un jeton
portal-token-name = À quoi il sert
portal-token-name-hint = Pour que d’autres sachent s’il peut être révoqué, par exemple : export des utilisateurs vers l’entrepôt de données.
portal-token-days = Jours avant sa fin
portal-token-days-hint = De 1 à { $most }
portal-token-scopes = Ce à quoi il peut servir
portal-token-dangerous = Dangereux : aucune preuve n’est demandée
portal-token-submit = Créer le jeton
portal-token-made = Copiez le jeton maintenant. Il n’est affiché que cette fois.
portal-token-ends = Se termine
portal-token-used = Dernière utilisation
portal-token-never = jamais
portal-token-end = Révoquer
portal-token-by = par { $name }
portal-token-no-name = Dites à quoi il sert, en { $most } caractères au plus
portal-token-no-days = Saisissez un nombre de 1 à { $most }
portal-token-no-scopes = Choisissez-en au moins une
portal-token-too-many = Ce compte a { $most } jetons, le maximum. Révoquez-en un d’abord.
portal-said-token-ended = Le jeton est révoqué. Il ne fait plus rien.
portal-event-token = Jeton d’API créé ou révoqué
portal-event-token-used = Jeton d’API utilisé, première fois ce jour-là

# Scopes
scope-accounts-read = Voir l’état du compte et lister les comptes accessibles
scope-accounts-enter = Utiliser toutes les autres portées dans d’autres comptes aussi
scope-users-read = Lister, chercher et voir les utilisateurs, et demander pourquoi quelqu’un ne peut pas se connecter
scope-users-invite = Renvoyer des invitations
scope-users-sessions = Déconnecter des utilisateurs partout
scope-users-write = Suspendre des utilisateurs et les laisser se reconnecter
scope-exclusions-read = Voir la liste d’exclusion
scope-exclusions-write = Modifier la liste d’exclusion : qui garde un mot de passe à côté de l’authentification unique
scope-activity-read = Voir les connexions et les modifications
scope-sign-on-read = Voir les connexions aux fournisseurs d’identité
scope-sign-on-prepare = Commencer une connexion et saisir les valeurs d’un fournisseur à examiner
scope-sign-on-accept = Reprendre les valeurs d’un fournisseur : de qui la parole prouve l’identité de quelqu’un
scope-sign-on-switch = Activer et désactiver l’authentification unique, pour certains et pour tous
scope-domains-read = Voir les domaines et leurs preuves
scope-domains-write = Ajouter, prouver et abandonner des domaines
scope-passwords-read = Voir ce que doit être un mot de passe
scope-passwords-write = Modifier ce que doit être un mot de passe
scope-administrators-read = Voir qui a un rôle
scope-administrators-write = Donner et retirer des rôles, et laisser les administrateurs entrer par authentification unique
scope-tokens-read = Voir les jetons d’API, sans leurs secrets
scope-tokens-end = Révoquer des jetons d’API
