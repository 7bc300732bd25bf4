# Administration of an account: at the door
reason-portal-no-account = Il n’y a rien à cette adresse.
reason-portal-setup-over = Le lien a expiré ou a pris fin, ou cette page est restée inactive une demi-heure. Ouvrez le lien de nouveau ; s’il ne fonctionne pas, demandez-en un nouveau à la personne qui l’a envoyé.

# What happened, in Activity
portal-event-signed-in = Connexion au portail du compte
portal-event-signed-out = Déconnexion du portail du compte
portal-event-portal-refused = Refusé par le portail du compte
portal-event-admin-sso = Connexion des administrateurs modifiée
portal-event-domain = Domaine modifié
portal-event-passwords = Règles des mots de passe modifiées

# Administrators
portal-administrators = Administrateurs
portal-administrators-text = Qui peut faire quoi dans ce portail. Personne ne donne ni ne retire plus que ce qu’il peut faire lui-même.
portal-administrators-none = Personne dans ce compte n’a de rôle.
portal-role = Rôle
portal-role-operator = Exploitant de l’installation
portal-role-operator-text = Exploite l’installation et voit tous les comptes.
portal-role-partner = Partenaire
portal-role-partner-text = S’occupe de ce compte et des comptes placés dessous.
portal-role-administrator = Administrateur du compte
portal-role-administrator-text = Tout dans ce compte, les rôles aussi.
portal-role-security = Responsable de la sécurité
portal-role-security-text = Utilisateurs, liste d’exclusion, authentification unique, domaines et mots de passe ; pas les rôles.
portal-role-helpdesk = Assistance
portal-role-helpdesk-text = Voit tout et renvoie les invitations.
portal-role-auditor = Auditeur
portal-role-auditor-text = Voit tout et emporte l’activité dans un fichier.
portal-username = Nom d’utilisateur
portal-give-role = Donner un rôle
portal-give-hint = Quelqu’un qui est déjà utilisateur de ce compte, même seulement invité.
portal-give-submit = Donner le rôle
portal-give-unknown = Personne dans ce compte n’a ce nom d’utilisateur
portal-give-not-active = Cet utilisateur ne peut pas se connecter : laissez-le d’abord entrer à nouveau
portal-no-password-here = N’a pas de mot de passe ici, et le portail en demande un
portal-said-role-given = Le rôle est donné. Il compte dès la prochaine connexion au portail.
portal-said-role-taken = Le rôle est retiré, et la personne est déconnectée du portail.
portal-said-too-much = Rien n’a été changé : ce rôle permet ici plus que le vôtre.
portal-admin-sso = Comment les administrateurs se connectent
portal-admin-sso-off = Avec leur mot de passe ici
portal-admin-sso-on = Authentification unique aussi
portal-admin-sso-off-text = Les administrateurs se connectent à ce portail avec leur propre mot de passe, même là où l’authentification unique est activée. Ainsi personne n’est enfermé dehors quand le fournisseur d’identité tombe, et qui s’en empare n’administre rien.
portal-admin-sso-on-text = Les administrateurs se connectent à ce portail comme partout ailleurs. Qui est sur la liste d’exclusion ou dispose de l’accès d’urgence garde son mot de passe ; au moins l’un d’eux reste administrateur.
portal-admin-sso-turn-on = Permettre l’authentification unique aux administrateurs
portal-admin-sso-turn-off = Redemander leur mot de passe aux administrateurs
portal-said-admin-sso-on = Les administrateurs peuvent désormais utiliser l’authentification unique.
portal-said-admin-sso-off = Les administrateurs se connectent de nouveau avec leur mot de passe. Qui était entré par l’authentification unique est déconnecté du portail.

# Domains
portal-domains = Domaines
portal-domains-text = Qui saisit un nom d’utilisateur d’un domaine prouvé est conduit à la connexion de ce compte.
portal-domains-none = Ce compte n’a pas encore de domaine.
portal-domain = Domaine
portal-domain-hint = Ce qui suit le @ dans vos noms d’utilisateur, par exemple northwind.example. Une partie en est un domaine à part.
portal-domain-add = Ajouter le domaine
portal-domain-none = Saisissez un nom de domaine, par exemple northwind.example
portal-domain-already = Ce domaine est déjà dans la liste
portal-domain-everybodys = N’importe qui peut y avoir une boîte, donc ce domaine n’appartient à personne. Prenez un domaine de votre organisation.
portal-domain-too-many = Un compte a au plus { $most } domaines ; abandonnez-en un d’abord
portal-domain-proved = Prouvé le { $date }
portal-domain-not-proved = Pas encore prouvé
portal-domain-proved-text = Les noms d’utilisateur qui finissent par @{ $domain } mènent à ce compte.
portal-domain-no-proof = Personne n’a encore commencé à le prouver.
portal-domain-begin = Commencer la preuve
portal-domain-check = Vérifier maintenant
portal-domain-give-up = Abandonner le domaine
portal-domain-give-up-people = { $people ->
    [0] Personne n’a un nom d’utilisateur de ce domaine.
    [one] 1 personne a un nom d’utilisateur de ce domaine.
   *[other] { $people } personnes ont un nom d’utilisateur de ce domaine.
}
portal-domain-give-up-text = Qui saisit un tel nom n’est plus conduit à votre connexion avant qu’on sache qui c’est, et ce que le fournisseur dit de ces personnes est refusé. Vous pouvez le reprendre ici pendant 24 heures ; ensuite, ajoutez de nouveau le domaine et prouvez-le avec un nouvel enregistrement.
portal-domain-steps = Prouvez que { $domain } est à vous : ajoutez cet enregistrement TXT là où son DNS est géré, puis vérifiez.
portal-domain-record-name = Nom
portal-domain-record-value = Valeur
portal-domain-hint-name = Certaines pages DNS ajoutent le domaine elles-mêmes ; saisissez alors seulement _signin-check comme nom.
portal-domain-looked = Nous avons cherché l’enregistrement :
portal-found-nothing = Il n’y a pas d’enregistrement TXT de ce nom. Un nouveau peut prendre quelques minutes.
portal-found-others = Ces enregistrements TXT sont là, et aucun n’est le bon :
portal-found-bare = La valeur se trouve au domaine lui-même. Elle doit se trouver sous le nom ci-dessus.
portal-found-elsewhere = Le bon enregistrement se trouve sous un autre nom :
portal-found-no-answer = Les serveurs de noms de ce domaine n’ont pas répondu. Réessayez dans quelques minutes.
portal-found-taken = L’enregistrement est bon, mais un autre compte a déjà prouvé ce domaine. Demandez à qui exploite cette connexion.
portal-said-domain-added = Le domaine est dans la liste. Il ne compte pour rien tant qu’il n’est pas prouvé.
portal-said-domain-proved = Le domaine est prouvé et compte désormais.
portal-said-domain-not-yet = Pas encore prouvé. Le panneau du domaine dit ce que nous avons trouvé à la place.
portal-said-domain-given-up = Le domaine est abandonné : il ne mène plus personne ici.

# Passwords
portal-passwords = Mots de passe
portal-passwords-people = { $people ->
    [one] { $people } personne a un mot de passe ici
   *[other] { $people } personnes ont un mot de passe ici
}
portal-profile = Profil
portal-profile-classic = Classique
portal-profile-classic-text = 8 à 16 caractères avec lettre, chiffre et caractère spécial, à changer tous les 90 jours.
portal-profile-modern = Moderne
portal-profile-modern-text = Au moins 15 caractères de toute sorte, et pas de changement sans raison.
portal-expires = Les mots de passe durent { $days } jours.
portal-expires-never = Les mots de passe n’expirent pas.
portal-expired-now = { $people ->
    [0] Aucun n’a expiré.
    [one] { $people } personne doit en choisir un nouveau à la prochaine connexion.
   *[other] { $people } personnes doivent en choisir un nouveau à la prochaine connexion.
}
portal-policy-needs = Ce que doit être un mot de passe
portal-against = Ce qui va contre les recommandations
portal-against-none = Rien
portal-against-count = { $count ->
    [one] { $count } point relevé
   *[other] { $count } points relevés
}
portal-against-source = Recommandations de NIST SP 800-63B-4 pour les mots de passe qui sont la seule preuve.
portal-against-length = Moins de 15 caractères sont acceptés : les mots de passe courts se devinent.
portal-against-long = Les mots de passe de 64 caractères sont refusés : une phrase ne tient pas.
portal-against-composition = Des sortes de caractères sont exigées : on choisit alors ce qui se devine facilement.
portal-against-characters = Tous les caractères ne sont pas acceptés, par exemple pas l’espace.
portal-against-expiry = Les mots de passe doivent être changés sans raison : on compte alors à partir de l’ancien.
portal-against-blocklist = Des mots de passe connus ou faciles à deviner sont acceptés.
portal-policy-lasts = Profil et expiration
portal-policy-days = Jours jusqu’à l’expiration d’un mot de passe
portal-policy-days-hint = 0–{ $most } (0 : jamais).
portal-policy-history = Anciens mots de passe refusés
portal-policy-history-hint = 0–{ $most }, en plus de l’actuel.
portal-policy-number = Saisissez un nombre dans ces limites
portal-policy-concerns = { $people ->
    [one] { $people } personne de plus devra choisir un nouveau mot de passe à la prochaine connexion. Rien n’est encore enregistré.
   *[other] { $people } personnes de plus devront choisir un nouveau mot de passe à la prochaine connexion. Rien n’est encore enregistré.
}
portal-policy-save = Enregistrer
portal-policy-save-all-the-same = Enregistrer quand même
portal-said-policy-saved = Les règles sont enregistrées. Elles comptent pour chaque mot de passe choisi désormais.

# Liens de configuration, pour quelqu’un de l’extérieur
portal-event-setup-link = Lien de configuration
portal-event-setup-opened = Lien de configuration ouvert
portal-event-setup-left = Lien de configuration quitté
portal-said-link-ended = Le lien a pris fin. Quiconque est ici par ce lien est dehors aussitôt.
setup-links = Liens de configuration
setup-links-text = Quelqu’un d’autre s’occupe de votre fournisseur ou de votre DNS ? Un lien lui permet de saisir ses valeurs, de tester la connexion et de prouver des domaines. Cette personne ne voit aucun utilisateur et n’active rien.
setup-links-none = Aucun lien de configuration n’a encore été créé.
setup-link = Lien
setup-link-for = Pour
setup-link-made = Créé
setup-link-new = Une nouvelle liaison, ajoutée par ce lien
setup-link-hours = Valable pendant
setup-link-days = { $count ->
    [one] { $count } jour
   *[other] { $count } jours
}
setup-link-so-many-hours = { $count ->
    [one] { $count } heure
   *[other] { $count } heures
}
setup-link-email = Adresse e-mail, si nous devons l’envoyer
setup-link-email-hint = Sans adresse, vous transmettez le lien vous-même.
setup-link-make = Créer le lien
setup-link-connection-wrong = Choisissez l’une de ces liaisons
setup-link-hours-wrong = Choisissez une durée de 1 heure à { $days } jours
setup-link-email-wrong = Saisissez une adresse e-mail, par exemple kim@example.com, ou laissez le champ vide
setup-link-too-many = Ce compte a créé { $most } liens en un jour ; créez-en d’autres demain
setup-link-here = Voici le lien
setup-link-once = Affiché cette fois seulement
setup-link-care = Quiconque l’a peut l’ouvrir jusqu’à sa fin. Il n’est gardé que sous forme d’empreinte, personne ne peut l’afficher de nouveau ; chaque usage figure dans l’activité sous sa référence.
setup-link-mailed = Nous l’envoyons à
setup-link-works = Valable
setup-link-ended = Terminé
setup-link-over = Expiré
setup-link-dead = N’est plus valable : son auteur n’en a plus le droit
setup-link-opened = Dernière ouverture :
setup-link-end = Mettre fin au lien
setup-link-of = Lien de configuration { $reference }
setup-leave = J’ai terminé ici
setup-errand = { $name } vous demande de préparer ceci. Personne n’est concerné avant que { $name } ne l’active.
setup-works-until = Le lien est valable jusqu’à :
setup-turn-theirs = Cette étape revient à { $name }, une fois un test réussi. Personne n’est concerné avant.
setup-turn-theirs-now = Un test a réussi : votre part est faite. { $name } regarde et l’active.
setup-said-is-on = Des personnes se connectent par cette liaison. Ce que vous saisissez attend qu’un administrateur du compte le reprenne.
setup-tested-by-link = par le lien de configuration { $reference }
setup-offer = Configurer une connexion
setup-offer-next = La connexion du compte
setup-asks = { $name } vous demande de relier { $provider }.
setup-asks-any = { $name } vous demande de relier le fournisseur d’identité de votre organisation.
setup-nobody-yet = Cela prend environ 15 minutes, et personne n’est concerné avant que { $name } ne l’active.
setup-until = Le lien est valable jusqu’au { $date }, { $time } (UTC).
setup-ends-portal = Vous êtes dans le portail du compte en tant que { $name }. Dans ce navigateur, cela prend fin quand vous ouvrez le lien.
setup-open = Commencer
setup-account-number = compte { $number }
setup-left = Vous avez terminé ici
setup-left-text = Ce que vous avez saisi est gardé. Le lien l’ouvre de nouveau tant qu’il est valable.
setup-over = Ce lien de configuration ne fonctionne pas pour l’instant

# La page de connexion
appearance = Page de connexion
appearance-text = La couleur de votre organisation sur les pages de connexion, dès que le compte d’une personne est connu. La première page garde celle du produit, pour que personne ne puisse lui donner l’aspect d’une autre.
appearance-event = Aspect des pages de connexion modifié
appearance-colour = Couleur
appearance-colour-hint = Six chiffres comme dans votre charte, par exemple #0b5a58. Vide : celle du produit.
appearance-no-colour = Saisissez une couleur comme #0b5a58
appearance-unreadable = Le texte sur cette couleur a un contraste de { $ratio } : 1, et il faut au moins { $least } : 1. L’échantillon montre la nuance lisible la plus proche.
appearance-nearest = Prendre { $colour }
appearance-save = Enregistrer
appearance-preview = Aperçu
appearance-sample = Échantillon
appearance-now = Tel qu’il est maintenant
appearance-not-saved = Pas encore enregistré
appearance-contrast = contraste { $ratio } : 1
appearance-light = Clair
appearance-dark = Sombre, pour qui l’a choisi sur son appareil
appearance-saved = La couleur est enregistrée et visible dès maintenant.
logo = Logo
logo-file = Image
logo-hint = PNG, JPEG ou WebP, au plus 50 Ko et 2 000 × 2 000 pixels. Elle est réduite à la taille où on la voit et se trouve sur fond blanc au-dessus de la connexion, dès que le compte d’une personne est connu.
logo-keep = Sans fichier, l’image actuelle reste.
logo-alt = Texte pour qui ne la voit pas
logo-alt-hint = Un lecteur d’écran le dit, et il tient lieu de l’image quand elle manque. Le plus souvent le nom de votre organisation, 120 caractères au plus.
logo-alt-empty = Saisissez ce que dit un lecteur d’écran à la place du logo, par exemple le nom de votre organisation
logo-send = La montrer dans l’échantillon
logo-waiting = L’image est dans l’échantillon ci-dessous. Personne d’autre ne la voit encore.
logo-use = Utiliser ce logo
logo-remove = Retirer le logo
logo-empty = Choisissez une image
logo-too-long = Le fichier dépasse 50 Ko. Choisissez-en un plus petit
logo-kind = Le fichier n’est ni PNG, ni JPEG, ni WebP
logo-svg = C’est un SVG. Exportez-le en PNG, d’au moins 480 pixels de large, et choisissez ce fichier
logo-too-large = L’image dépasse 2 000 × 2 000 pixels. Réduisez-la
logo-damaged = L’image est illisible. Enregistrez-la de nouveau dans votre programme et choisissez-la encore
logo-too-detailed = L’image a trop de détails pour un logo. Prenez-en une avec moins de couleurs, pas une photographie
portal-said-logo-saved = Le logo est enregistré et visible dès maintenant.
portal-said-logo-removed = Le logo est retiré.
