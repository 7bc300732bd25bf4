# The account portal: frame
portal-name = Portail du compte
portal-nav = Compte
portal-home = Accueil
portal-users = Utilisateurs
portal-exclusions = Liste d’exclusion
portal-activity = Activité
portal-accounts = Comptes
portal-visiting = Pas votre propre compte
portal-date = { $day } { $month } { $year }
portal-today = aujourd’hui { $time }
portal-yesterday = hier { $time }
portal-more = Suite
portal-first = Retour au début
portal-more-label = Pages de cette liste
portal-search = Chercher
portal-utc = Heures en UTC

# At the door
portal-no-role = Le portail du compte ne vous est pas ouvert
reason-portal-no-role = Vous êtes connecté, mais personne ne vous a donné de rôle dans le portail du compte. Demandez à un administrateur de votre organisation ou à l’exploitant de cette connexion.
portal-not-allowed = Votre rôle ne comprend pas cela
reason-portal-not-allowed = Rien n’a été modifié. Un administrateur du compte peut le faire, ou faire en sorte que vous le puissiez.
portal-to-start = Vers la première page de votre compte
portal-not-signed-in = Vous n’avez pas été connecté
reason-portal-not-signed-in = La connexion a pris fin sans dire qui vous êtes. Réessayez.

# Home
portal-sso = Authentification unique
portal-sso-not-entitled = Pas dans votre contrat
portal-sso-off = Désactivée
portal-sso-testing = En préparation
portal-sso-pilot = Pour certains
portal-sso-domains = Pour les domaines prouvés
portal-sso-on = Activée
portal-sso-outage = Fournisseur absent
portal-connection-draft = Brouillon
portal-connection-tested = Testée
portal-connection-retired = Retirée
portal-affected = { $there ->
    [one] 1 personne se connecte chez le fournisseur, { $here } avec un mot de passe
   *[other] { $there } personnes se connectent chez le fournisseur, { $here } avec un mot de passe
}
portal-affected-none = Tout le monde se connecte avec un mot de passe
portal-no-connection = Aucun fournisseur d’identité n’est relié à ce compte.
portal-no-settings = Rien n’a encore été saisi.
portal-certificates = Certificats de signature
portal-cert-good = Valable jusqu’au { $date }
portal-cert-ends = { $days ->
    [0] Expire aujourd’hui
    [one] Expire dans 1 jour
   *[other] Expire dans { $days } jours
}
portal-cert-over = Expiré le { $date }
portal-provider-away = La page de connexion du fournisseur ne répond pas ({ $why }).
portal-provider-address = À l’adresse saisie, il n’y a pas de document du fournisseur ({ $why }). Comparez l’adresse avec la console du fournisseur.
portal-provider-metadata = Les métadonnées du fournisseur sont illisibles ({ $why }). La connexion continue avec les valeurs présentes.
portal-provider-keys = Les clés du fournisseur sont illisibles ({ $why }).
portal-provider-good-at = Cela fonctionnait le { $date }.
portal-provider-never = Cela n’a encore jamais fonctionné.
portal-provider-returns = { $failed } des { $all } dernières réponses du fournisseur ont été refusées.
portal-provider-waiting = Le fournisseur publie d’autres valeurs depuis le { $date }. Elles attendent que quelqu’un les regarde.
portal-provider-outage = Autoriser les mots de passe pendant quelques heures
portal-provider-look = Les regarder
portal-cert-not-yet = Pas encore valable
portal-failures = Connexions échouées des dernières 24 heures
portal-failures-none = Aucune
portal-failures-none-text = Personne n’a été refusé.
portal-failures-count = { $count } échouées
portal-failures-people = { $people ->
    [0] Elles ne se rattachent à personne : le nom était inconnu ou manquait.
    [one] Elles concernent 1 personne.
   *[other] Elles concernent { $people } personnes.
}
portal-last-failure = La dernière :
portal-failures-see = Les voir dans l’activité

# Users
portal-user = Utilisateur
portal-state = État
portal-state-active = Actif
portal-state-invited = Invité
portal-state-suspended = Suspendu
portal-state-gone = Parti
portal-signs-in = Se connecte par
portal-way-sso = Authentification unique
portal-way-password = Mot de passe
portal-way-excluded = Mot de passe (liste d’exclusion)
portal-way-emergency = Mot de passe (accès d’urgence)
portal-last = Dernière connexion
portal-never = Jamais
portal-search-users = Le nom d’utilisateur commence par
portal-filter = Afficher
portal-filter-all = Tous
portal-filter-unmatched = Nom d’utilisateur sans correspondance
portal-users-none = Il n’y a personne dans cette liste.
portal-users-unknown = Aucun nom d’utilisateur ne commence ainsi. Seul le début est comparé, pas le milieu.

# One user
portal-facts = À propos de cette personne
portal-email = E-mail
portal-no-email = Aucun : aucun message possible
portal-password = Mot de passe ici
portal-password-set = Défini
portal-password-none = Aucun
portal-groups = Groupes
portal-places = Connecté
portal-places-none = Connecté nulle part.
portal-since = Connexion
portal-used = dernière utilisation
portal-end-sessions = Déconnecter partout
portal-invite = Renvoyer l’invitation
portal-why = Pourquoi la connexion échoue-t-elle ?
portal-exclude = Mettre sur la liste d’exclusion
portal-include = Retirer de la liste d’exclusion
portal-is-excluded = Se connecte avec un mot de passe, même là où d’autres utilisent l’authentification unique.
portal-not-excluded = Pas sur la liste : se connecte selon les réglages du compte.
portal-added = Ajout
portal-added-by = Ajouté par { $by } le { $date }
portal-added-above = Ajouté le { $date } par quelqu’un qui s’occupe de votre compte
portal-added-file = Ajouté à la mise en place du compte
portal-access = Accès
portal-suspend = Suspendre
portal-suspend-text = Une personne suspendue ne peut pas se connecter et est déconnectée partout aussitôt. Rien d’autre n’est perdu.
portal-resume = Réadmettre
portal-resume-text = Cette personne ne peut pas se connecter. Une fois réadmise, tout est comme avant.
portal-user-activity = Voir cette personne dans l’activité
reason-portal-form = Cette page est restée ouverte trop longtemps ; rien n’a été fait. Choisissez à nouveau.
portal-said-changed = C’est déjà le cas, ou quelqu’un l’a changé entre-temps. Voici l’état actuel.
portal-meanwhile = Entre-temps :
portal-said-oneself = On ne peut pas retirer son propre accès ici. Un autre administrateur le peut, et vos sessions figurent sur votre page de compte.
portal-said-wider = Cette personne a dans le portail un rôle plus étendu que le vôtre. Quelqu’un qui a ce rôle peut le faire.
portal-said-last = Rien n’a été modifié : plus personne ne pourrait ensuite admettre les autres. Donnez d’abord le rôle à quelqu’un.
portal-said-no-passwords = Rien n’a été modifié : ce compte n’admet pas de mots de passe, la liste d’exclusion ne laisserait entrer personne.
portal-said-not-sent = Aucune invitation n’a été envoyée : il manque une adresse, ou trois sont parties dans l’heure.
portal-said-invited = L’invitation est en route.
portal-said-suspended = La personne est suspendue et déconnectée partout.
portal-said-resumed = La personne peut se connecter à nouveau.
portal-said-signed-out = La personne est déconnectée partout.
portal-said-excluded = La personne est sur la liste d’exclusion et verra la page du mot de passe à sa prochaine connexion.
portal-said-included = La personne n’est plus sur la liste d’exclusion et se connecte comme les autres.

# Why
portal-why-app = Application
portal-why-ask = Demander
portal-why-nothing = Pour autant que nous le voyions, rien ne l’empêche.
portal-why-invited = L’invitation n’a pas encore été acceptée. Renvoyez-la et demandez de chercher le message.
portal-why-suspended = La personne est suspendue. Réadmise, elle peut se connecter.
portal-why-gone = La personne a été retirée du compte.
portal-why-account = Tout le compte est suspendu.
portal-why-refused = Les réglages du compte ne laissent entrer personne ainsi : regardez l’état de l’authentification unique.
portal-why-no-password = Un mot de passe est demandé, et cette personne n’en a pas. Elle peut en définir un par « Mot de passe oublié ? ».
portal-why-second-factor = L’application demande un second facteur, et un mot de passe n’en apporte aucun. Cette personne doit passer par l’authentification unique.
portal-why-not-in-pilot = L’authentification unique n’est activée que pour certaines personnes, et celle-ci n’en fait pas partie. Elle n’a pas de mot de passe qui compterait à la place.
portal-why-certificates = Tous les certificats du fournisseur ont expiré ou ne sont pas encore valables. Saisissez l’actuel sous « Authentification unique ».
portal-why-domain = Le fournisseur désigne cette personne par une adresse d’un domaine que le compte n’a pas prouvé : sa parole ne compte pas. Prouvez le domaine, ou changez le nom.
portal-why-no-email = Le fournisseur désigne les personnes par leur adresse e-mail, et cette personne n’en a pas ici.
portal-why-no-external-id = Le fournisseur désigne les personnes par un identifiant externe, et cette personne n’en a pas ici.
portal-why-several = Quelqu’un d’autre du compte a la même adresse e-mail ou le même identifiant externe : le fournisseur ne désigne alors aucun des deux.
portal-why-would = Ce que fait la page de connexion
portal-would-redirect = Pour { $app }, cette personne est conduite aussitôt chez { $provider }.
portal-would-button = Pour { $app }, l’authentification unique avec { $provider } est proposée à cette personne.
portal-would-both = Pour { $app }, cette personne peut utiliser { $provider } ou le mot de passe du compte.
portal-would-password = Pour { $app }, le mot de passe du compte est demandé à cette personne.
portal-would-refuse = Pour { $app }, personne de ce compte n’est admis.
portal-why-rules = Les règles dans l’ordre, pour l’assistance
portal-why-attempts = Dernières tentatives
portal-why-no-attempts = Aucune enregistrée.

# Exclusion list
portal-excluded-count = { $count ->
    [one] 1 personne
   *[other] { $count } personnes
}
portal-excluded-text = Ces personnes gardent leur mot de passe.
portal-excluded-none = Il n’y a personne sur la liste d’exclusion.
portal-exclude-add = Ajouter des personnes
portal-exclude-names = Noms d’utilisateur
portal-exclude-hint = Un par ligne, ou séparés par des virgules ; au plus { $most } à la fois.
portal-exclude-unknown = Personne dans ce compte ne porte ces noms
portal-names-rest = Au plus { $most } noms sont pris à la fois. Les autres restent dans le champ.
portal-exclude-submit = Ajouter à la liste
portal-remove = Retirer
portal-pasted-refused = Vous ne pouvez pas mettre sur la liste : { $names }. Personne ne change sa propre entrée, ni celle de personnes au rôle plus étendu.
portal-pasted = { $added ->
    [one] 1 personne a été ajoutée ; { $there } étaient déjà sur la liste.
   *[other] { $added } personnes ont été ajoutées ; { $there } étaient déjà sur la liste.
}

# Activity
portal-when = Quand
portal-what = Quoi
portal-result = Résultat
portal-result-all = Tous
portal-result-failed = Échecs seulement
portal-kind = Genre
portal-kind-all = Tout
portal-kind-signins = Connexions
portal-kind-changes = Modifications
portal-by = par
portal-by-above = par quelqu’un qui s’occupe de votre compte
portal-done = Fait
portal-failed = Échec
portal-export-csv = Exporter en CSV
portal-export-jsonl = Exporter en lignes JSON
portal-activity-none = Rien d’enregistré ne correspond.
portal-activity-nonsense = Personne dans ce compte ne porte ce nom, ou la référence n’est pas des nôtres. Elle a huit caractères en deux groupes.
portal-event-signin = Connexion
portal-event-password = Mot de passe saisi
portal-event-federated = Réponse de l’authentification unique
portal-event-not-sent = Personne n’a pu être envoyé à l’authentification unique
portal-event-refused = Connexion refusée
portal-event-session-ended = Déconnexion
portal-event-grant-ended = Déconnexion d’une application
portal-event-password-changed = Mot de passe changé
portal-event-password-reset = Mot de passe réinitialisé
portal-event-accepted = Invitation acceptée
portal-event-entered = Compte ouvert
portal-event-user = Utilisateur modifié
portal-event-exclusion = Liste d’exclusion modifiée
portal-event-sessions-ended = Déconnecté partout
portal-event-invited = Invitation envoyée
portal-event-exported = Activité exportée
portal-event-role = Rôle modifié
portal-event-operator-user = Utilisateur modifié par l’exploitant
portal-event-operator-account = Compte modifié par l’exploitant
portal-event-operator-connection = Fournisseur d’identité modifié par l’exploitant
portal-event-metadata-taken = Métadonnées du fournisseur reprises automatiquement
portal-event-metadata-staged = Métadonnées du fournisseur modifiées, en attente

# Accounts
portal-account = Compte
portal-account-number = compte { $number }
portal-accounts-text = L’ouverture d’un autre compte est notée dans son activité.
portal-accounts-none = Aucun compte ne commence ainsi.
portal-search-accounts = Le numéro ou le nom commence par
portal-enter = Ouvrir

# Single Sign-On
portal-sso-see = Voir ce qu’il faut au fournisseur
portal-sso-text = Ce qu’il faut saisir dans la console du fournisseur, et ce qui en est venu.
portal-give = À donner à { $provider }
portal-have = Valeurs de { $provider }
portal-copy = Copier
portal-copied = { $what } : copié
portal-value-metadata-url = URL des métadonnées
portal-value-sign-in-url = URL de connexion du fournisseur
portal-value-idp-identifier = Identifiant du fournisseur (Entity ID)
portal-value-issuer = Émetteur
portal-value-client-id = Identifiant client
