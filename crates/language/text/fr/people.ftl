people-add = Ajouter une personne
people-by-mail = La personne reçoit un e-mail pour choisir un mot de passe. Le lien vaut quelques jours, et une seule fois.
people-at-provider = L’authentification unique est active : la personne se connecte chez le fournisseur de votre organisation et ne reçoit aucun e-mail d’ici.
people-username-hint = Tel que la personne le saisit pour se connecter, le plus souvent l’adresse e-mail professionnelle.
people-email-hint = Où vont les e-mails. Laissez vide si c’est le nom d’utilisateur.
people-given = Prénom
people-family = Nom
people-submit = Ajouter
people-submit-invite = Ajouter et envoyer l’invitation
people-mixed = Ce nom d’utilisateur mêle les lettres de plusieurs alphabets. On pourrait le prendre pour celui d’un autre.
people-email-foreign = Un autre compte a prouvé que le domaine de cette adresse e-mail est le sien.
people-email-malformed = Saisissez une adresse e-mail, par exemple nom@example.com
people-no-mailbox = Saisissez une adresse e-mail : l’invitation y est envoyée
people-name-unfit = Au plus 100 caractères, tous visibles
people-too-many = Au plus { $most } personnes sont ajoutées en une heure. Réessayez plus tard.
people-said-added = Ajoutée. La personne se connecte chez le fournisseur.
people-said-invited = Ajoutée, et l’invitation est en route.
people-said-not-sent = Ajoutée, mais aucune invitation n’a pu partir. Renvoyez-la d’ici.
people-invite = Inviter { $name }
people-mail-password = Envoyer l’e-mail du mot de passe
people-said-mailed = L’e-mail pour choisir le mot de passe est en route.
portal-said-not-mailed = Aucun e-mail n’a été envoyé : il manque une adresse, aucun mot de passe ne compterait, ou trois sont partis dans l’heure.
people-event-added = Personne ajoutée
people-event-mailed = E-mail du mot de passe envoyé

applications = Applications
applications-text = Ce à quoi les personnes de ce compte peuvent se connecter. L’exploitant de l’installation enregistre les applications.
applications-none = Il n’y a pas encore d’application pour ce compte.
applications-name = Application
applications-kind = Type
applications-kind-web = Application web
applications-kind-desktop = Sur ordinateur
applications-kind-mobile = Sur téléphone ou tablette
applications-kind-extension = Extension de navigateur
applications-regions = Disponible dans
applications-everywhere = Partout
applications-as-account = Comme le compte le propose
applications-button = Par un bouton d’authentification unique
applications-redirect = Directement chez le fournisseur
applications-second-factor = Chez le fournisseur, avec un second facteur
applications-password = Uniquement avec le mot de passe du compte
applications-administrators = Avec le mot de passe du compte, jusqu’à ce que les administrateurs entrent par authentification unique.
applications-is-default = Par défaut
applications-default = Application par défaut
applications-default-text = Une tuile chez votre fournisseur d’identité, et un test depuis sa console, l’ouvrent.
applications-no-default = Aucune : la personne choisit
applications-opens = Une tuile ouvre
applications-save = Enregistrer
applications-no-start = { $name } n’a pas d’adresse de départ, une tuile ne peut donc pas l’ouvrir. Choisissez-en une autre.
applications-gone = L’application par défaut n’est plus disponible pour ce compte. Choisissez-en une autre.
applications-see = Applications
applications-said-chosen = L’application par défaut a été modifiée.
applications-said-unknown = Rien n’a été modifié : ce compte n’a pas cette application, ou elle n’a pas d’adresse de départ.
applications-event = Application par défaut modifiée

portal-cert-weak = Signé avec SHA-1
portal-cert-weak-text = Il est signé par un procédé dépassé (SHA-1 ou MD5). Cela ne dit rien de sa clé, et il peut servir ; faites-en établir un nouveau dès que possible.

mail-moved-subject = Vous vous connectez désormais avec { $account }
mail-moved-text = À partir du { $date }, vos applications demandent votre compte { $provider } au lieu d’un mot de passe séparé.
mail-moved-how = Commencez comme avant avec { $username }, puis choisissez « Authentification unique ».
mail-moved-kept = Votre mot de passe ici reste valable à côté.
mail-moved-gone = Votre ancien mot de passe ne sert plus.
mail-moved-portal = Votre mot de passe d’ici n’ouvre plus que le portail du compte.
mail-moved-button = Se connecter
setup-tell = Prévenir ces personnes qu’elles se connectent maintenant chez le fournisseur
setup-tell-hint = Personne ne reçoit l’e-mail deux fois le même jour.
people-event-told = Personnes prévenues de l’authentification unique

# Emergency access
emergency = Accès d’urgence
emergency-give = Donner l’accès d’urgence
emergency-take = Le retirer
emergency-has = Cette personne se connecte avec le mot de passe du compte, quoi que fasse le fournisseur d’identité. Chaque utilisation est signalée aux administrateurs par e-mail.
emergency-none = Avec lui, cette personne se connecte avec le mot de passe du compte, quoi que fasse le fournisseur d’identité. Réservez-le à une ou deux personnes capables de réparer le compte, et imprimez des codes pour le coffre.
emergency-left = { $left ->
    [0] Aucun code imprimé ne reste de la feuille du { $date }.
    [one] 1 code imprimé reste de la feuille du { $date }.
   *[other] { $left } codes imprimés restent de la feuille du { $date }.
}
emergency-no-codes = Aucun code n’est imprimé. Chacun sert une fois à la place du mot de passe, quand plus personne ne le connaît et qu’aucun e-mail n’arrive.
emergency-print = Créer des codes à imprimer
emergency-print-new = Créer de nouveaux codes à imprimer
emergency-sheet = Codes d’urgence
emergency-once = Ils ne sont affichés que cette fois. Imprimez cette page ou notez les codes, et rangez-les là où vous les trouverez quand plus rien d’autre ne marche.
emergency-how = Quand la voie habituelle est en panne : saisissez le nom d’utilisateur, et un de ces codes à la place du mot de passe. Chacun sert une fois. Connexion à l’adresse
emergency-before = Les codes imprimés avant cette feuille ne fonctionnent plus.
emergency-to-printer = Imprimer
emergency-kept = Je les ai rangés
emergency-said-given = Cette personne a maintenant un accès d’urgence.
emergency-said-taken = Cette personne n’a plus d’accès d’urgence. Les codes imprimés ne fonctionnent plus.
emergency-federated = L’accès d’urgence et ses codes demandent une connexion avec le mot de passe. Vous êtes ici par l’authentification unique : déconnectez-vous, puis connectez-vous avec le mot de passe.
emergency-event = Accès d’urgence modifié
emergency-event-codes = Codes d’urgence imprimés
emergency-event-ended = Codes d’urgence terminés
emergency-event-used = Code d’urgence utilisé

# Whom people ask
contact = À qui s’adresser pour la connexion
contact-hint = Par exemple « Assistance, +33 1 23 45 67 89 ». Cela figure au pied des pages de connexion dès que le compte d’une personne est connu, et dans l’e-mail à qui oublie un mot de passe géré par votre organisation. Vide : personne n’est nommé.
contact-save = Enregistrer à qui s’adresser
contact-line = Une question sur la connexion ? { $contact }
contact-saved = Enregistré : tous le lisent désormais.
contact-characters = Saisissez une seule ligne de caractères visibles
contact-too-long = 120 caractères au plus
contact-address = Pas d’adresse web : on saisit des mots de passe sur ces pages. Indiquez un nom, un numéro de téléphone ou une adresse e-mail

# Guessing
portal-guessing = Quand quelqu’un essaie de deviner
portal-guessing-network = { $hours ->
    [one] Après { $limit } mots de passe erronés pour un nom d’utilisateur depuis un réseau en une heure, pause de { $pause } minutes ; deux fois plus longue à chaque fois, { $longest } au plus.
   *[other] Après { $limit } mots de passe erronés pour un nom d’utilisateur depuis un réseau en { $hours } heures, pause de { $pause } minutes ; deux fois plus longue à chaque fois, { $longest } au plus.
}
portal-guessing-anywhere = Après { $limit } depuis n’importe où en { $hours } heures, pause de { $pause } minutes pour les inconnus ; { $longest } au plus.
portal-guessing-ends = Chaque pause se termine d’elle-même. Un navigateur dans lequel la personne s’est déjà connectée est compté à part : aucun inconnu n’exclut personne.

# Domains on the first page
portal-home-domain-lost = L’enregistrement qui prouve { $domain } manque. S’il n’est pas revenu d’ici le { $until }, ses noms d’utilisateur ne mèneront plus ici.
portal-home-domain-off = { $domain } ne mène plus personne ici : l’enregistrement qui le prouve a manqué trop longtemps.
portal-home-domain-to-prove = { $domain } n’est pas encore prouvé et ne mène personne ici.
