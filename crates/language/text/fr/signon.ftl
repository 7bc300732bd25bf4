# L’authentification unique en quatre étapes
setup-title = Ajouter l’authentification unique
setup-lead = Laissez les personnes se connecter avec les comptes de votre organisation. Cela prend environ 15 minutes, et personne n’est touché avant l’activation.
setup-none = On se connecte ici avec un mot de passe. Les comptes de votre organisation pourraient servir à la place.
setup-begin = Configurer l’authentification unique
setup-add = + Ajouter
setup-other-product = Un autre fournisseur
setup-name = Le nom que l’on voit (facultatif)
setup-name-hint = Affiché sur la page de connexion : « Se connecter avec … ». Laissé vide, c’est le nom du produit ou de votre organisation.
setup-name-address = Pas d’adresse web : le nom figure dans des e-mails, où elle deviendrait un lien. Saisissez le nom que l’on connaît
setup-name-characters = Saisissez un nom sur une seule ligne, en caractères visibles

# 1 Donner
setup-download = Télécharger les métadonnées
setup-there-at = Là-bas :
setup-choose = Ce qu’il faut y choisir
setup-registered = Il n’y a rien à y enregistrer : cette connexion utilise l’enregistrement de cette installation chez Microsoft.
setup-signing-out = Pour se déconnecter aussi là-bas

# 2 Valeurs
setup-enter = Saisir de nouvelles valeurs
setup-metadata = Métadonnées
setup-file = Ou choisir le fichier
setup-or = ou
setup-address = Adresse des métadonnées
setup-address-hint = Nous les lisons maintenant, puis de temps en temps. Ce qui y change attend votre accord.
setup-entity = Lequel est le vôtre ?
setup-by-hand = Ou saisir les valeurs une à une
setup-certificates = Certificats de signature à ajouter
setup-certificates-hint = Si vous avez plusieurs certificats, collez-les l’un après l’autre.
setup-stay = Ces certificats restent
setup-look = Aperçu
setup-secret = Secret du client
setup-secret-kept = Conservé, et jamais plus affiché
setup-secret-none = Aucun : nous nous prouvons sans lui (PKCE)
setup-certificate-ended-kept = Un certificat expiré ou pas encore valable compte tant qu’il figure ici : vous l’avez ajouté. Retirez-le dès que le fournisseur signe avec un autre.
setup-certificate-ended-refused = Ce qui est signé avec un certificat expiré ou pas encore valable est refusé ici.
setup-request-signing = Nos demandes
setup-signing-our-key = Signées avec notre clé
setup-signing-none = Non signées : n’importe qui peut y envoyer des personnes en notre nom
setup-lax-sha1 = Les signatures avec SHA-1, qui se falsifient moyennant finances, sont acceptées.
setup-lax-cbc = Le chiffrement AES-CBC dans une réponse non signée, que d’autres peuvent modifier, est accepté.
setup-lax-until = L’exploitant de cette installation l’a réglé ainsi, jusqu’au
setup-secret-stays = Laissez vide pour garder celui qui est là.
setup-secret-optional = Laissez vide si le fournisseur n’en a pas donné.
setup-proof = Comment nous nous prouvons là-bas
setup-proof-same = Comme avant ; un premier secret va dans un en-tête
setup-proof-none = Sans secret (client public, PKCE)
setup-proof-basic = Par le secret, dans un en-tête (client_secret_basic)
setup-proof-post = Par le secret, dans le formulaire (client_secret_post)
setup-proof-hint = Comme c’est indiqué chez le client du fournisseur. Une clé au lieu d’un secret (private_key_jwt) est mise en place par qui exploite ce service.
setup-domains = Domaines de votre organisation
setup-domains-hint = Sans eux, n’importe quel compte Google pourrait entrer.
setup-logout-url = Adresse de déconnexion

# Maintenant et nouveau
setup-proposal = Rien n’est encore changé
setup-proposal-text = Comparez ce qui a été saisi avec ce qui est en place.
setup-proposal-by-link = Saisi par quelqu’un de l’extérieur, par le lien de configuration { $link }. Comparez chaque valeur avec la console du fournisseur.
setup-proposal-live = L’authentification unique est active : ces valeurs comptent dès la prochaine connexion.
setup-proposal-anew = { $count ->
    [one] 1 personne associée le sera à nouveau à sa prochaine connexion : le nom sous lequel le fournisseur la connaissait jusqu’ici ne compte plus.
   *[other] { $count } personnes associées le seront à nouveau à leur prochaine connexion : les noms sous lesquels le fournisseur les connaissait jusqu’ici ne comptent plus.
}
setup-compare-thumbprint = Comparez l’empreinte avec la console du fournisseur avant de lui faire confiance.
setup-now = Maintenant
setup-new = Nouveau
setup-same = comme avant
setup-value-none = rien
setup-certificate-comes = Nouveau
setup-certificate-goes = Retiré
setup-certificate-stays = Reste
setup-accept = Utiliser ces valeurs
setup-test-waiting = Essayer d’abord ces valeurs
setup-proposal-tested = Le dernier essai a réussi avec ces valeurs.
setup-discard = Abandonner

# Ce qui ne va pas
setup-cannot = Ces valeurs ne peuvent pas servir, et rien n’a été changé
setup-problem-empty = Collez le texte, choisissez le fichier ou donnez l’adresse.
setup-problem-address = L’adresse de connexion du fournisseur manque ou ne commence pas par https://.
setup-problem-unreachable = Le document du fournisseur n’a pas pu être lu ({ $why }). Vérifiez l’adresse.
setup-problem-entity = L’Entity ID du fournisseur manque.
setup-problem-no-certificate = Il n’y a pas de certificat de signature : toute réponse serait refusée. Ajoutez-en au moins un.
setup-problem-same = La connexion a déjà exactement ces valeurs.
setup-problem-others-wait = Des valeurs saisies par quelqu’un d’autre attendent déjà. La personne qui vous a envoyé le lien doit d’abord les reprendre ou les rejeter.
setup-problem-secret = Aucun secret de client n’est aussi long.
setup-problem-proof = Cela ne va pas ensemble : sans secret, aucun n’est envoyé, et les deux autres façons en demandent un.
setup-metadata-unreadable = Ces métadonnées sont illisibles ({ $code }). Copiez tout le texte, du premier < au dernier >.
setup-metadata-none = C’est du XML, mais pas des métadonnées SAML.
setup-metadata-several = Ces métadonnées décrivent plusieurs fournisseurs. Choisissez-en un.
setup-metadata-no-provider = Ces métadonnées ne décrivent aucun fournisseur d’identité SAML 2.0. Ce sont peut-être celles d’une application.
setup-metadata-expired = Ces métadonnées valaient jusqu’au { $until }. Procurez-vous-en de nouvelles.
setup-paste-one = Certificat { $number } : { $why }
setup-paste-xml = C’est du XML. Si ce sont les métadonnées du fournisseur, saisissez-les dans le champ ci-dessus.
setup-paste-cut-off = Un certificat commence et ne finit pas : copiez tout le texte, jusqu’à la ligne -----END CERTIFICATE-----.
setup-paste-private-key = C’est une clé privée. Elle n’a pas été conservée. Remplacez-la chez le fournisseur et collez le certificat.
setup-paste-unreadable = ce n’est pas un certificat X.509.
setup-paste-small-key = sa clé RSA a moins de 2048 bits.
setup-paste-other-key = sa clé est d’un type que nous n’acceptons pas.
setup-id-object = C’est l’Object ID. Saisissez l’Application (client) ID, qui se trouve au-dessus sur la page Overview.
setup-id-uri = C’est l’Application ID URI. Saisissez l’Application (client) ID de la page Overview.
setup-id-tenant-here = C’est le Directory (tenant) ID. Il va dans l’autre champ.
setup-id-application-here = C’est l’Application (client) ID. Il va dans l’autre champ.
setup-id-no-organisation = Ce n’est l’ID d’aucune organisation. Saisissez le Directory (tenant) ID de la page Overview.
setup-id-none = Un ID a 36 caractères, comme sur la page Overview.
setup-openid-issuer = L’issuer est l’adresse https du fournisseur, sans requête ni fragment.
setup-openid-version-one = C’est l’issuer de la version 1.0 d’Entra. Saisissez plutôt le Directory (tenant) ID.
setup-openid-tenants = Cet issuer sert toutes les organisations. Saisissez le Directory (tenant) ID de la vôtre.
setup-openid-client = L’identifiant du client manque.
setup-openid-domains = Saisissez les domaines de votre organisation : sans eux, n’importe quel compte Google pourrait entrer.

# Correspondance des attributs
setup-map = Correspondance des attributs
setup-map-text = Quel attribut nomme la personne, et lesquels remplissent les champs d’un utilisateur. Les noms du dernier essai sont proposés.
setup-map-local = On trouve les personnes ici par
setup-map-person = Nom d’utilisateur
setup-map-username = Nom d’utilisateur
setup-map-external = Identifiant externe
setup-map-email = Adresse e-mail
setup-map-given = Prénom
setup-map-family = Nom de famille
setup-map-groups = Groupes
setup-map-roles = Rôles dans le compte
setup-map-last = Au dernier essai :
setup-map-missing = Le dernier essai n’a rien apporté sous ce nom.
setup-map-no-test = Un essai montre ce qui arrive.
setup-map-not-taken = N’est pas repris.
setup-problem-mapping = Aucun attribut ne s’appelle ainsi.
setup-waits = Les métadonnées du fournisseur ont changé à leur adresse :
setup-brings-back = Ceci ramène une clé qui a été retirée ici. Avant de l’adopter, demandez au fournisseur s’il est seul à détenir cette clé.
setup-quirks = Bon à savoir

# 3 Essai
setup-test = Essai de connexion
setup-test-lead = Vous allez chez { $provider } et revenez ici. Six contrôles disent ce qui marche et ce qui ne marche pas. Personne n’est connecté, et rien n’est changé.
setup-test-first = Saisissez d’abord les valeurs de l’étape 2.
setup-test-begin = Commencer l’essai
setup-test-again = Essayer encore
setup-test-old = Cet essai est trop ancien, ou d’autres valeurs ont été saisies depuis. Essayez encore.
setup-test-of-waiting = C’était un essai des valeurs qui attendent à l’étape 2. Elles ne sont pas utilisées.
setup-field-there = Dans { $provider } :
setup-report = Rapport pour l’assistance de { $provider }
setup-mend-give = Vers nos valeurs
setup-mend-values = Vers les valeurs du fournisseur
setup-mend-users = Vers les utilisateurs
setup-mend-exclusions = Vers la liste d’exclusion

# 4 Activer
setup-turn = Activer
setup-turn-first = Réussissez d’abord un essai. Commencez ensuite avec quelques personnes, et élargissez quand cela marche.
setup-other = On est conduit vers « { $name } » pour le moment. Désactivez-le d’abord.
setup-there = { $count ->
    [one] 1 personne s’y connecte
   *[other] { $count } personnes s’y connectent
}
setup-effect = { $there } personnes sur { $all } se connectent chez le fournisseur, { $password } ont un mot de passe valable.
setup-effect-none = { $count ->
    [one] 1 n’en a pas et a besoin d’une invitation.
   *[other] { $count } n’en ont pas et ont besoin d’une invitation.
}
setup-mode = Sur la page de connexion
setup-mode-button = Un bouton sur lequel on clique
setup-mode-redirect = On y est conduit aussitôt
setup-local = Permettre la connexion par SSO ou par le mot de passe du compte
setup-local-hint = Facultatif. Nous conseillons de ne pas cocher.
setup-exclusions = Ces personnes gardent le mot de passe de leur compte.
setup-no-emergency = Personne n’a d’accès d’urgence. Si le fournisseur tombe en panne, on n’entrerait que par une interruption déclarée ici.
setup-no-emergency-where = Donnez-le à quelqu’un sur sa page, sous « Utilisateurs ».
setup-unmatched = { $count } personnes sur { $all } ont un nom d’utilisateur d’aucun domaine prouvé par ce compte. Ce que le fournisseur dit d’elles est refusé.
setup-unmatched-who = Voir qui
setup-stage-pilot = Seulement pour les personnes du pilote
setup-stage-domains = Pour tous ceux d’un domaine prouvé
setup-stage-everybody = Pour tous
setup-to-pilot = Activer pour le pilote
setup-to-domains = Activer pour les domaines prouvés
setup-to-everybody = Activer pour tous
setup-save-offer = Enregistrer
setup-pilot = Personnes du pilote ({ $count })
setup-pilot-add = Noms d’utilisateur à ajouter
setup-pilot-submit = Ajouter au pilote
setup-pilot-me = Ne mettre que moi dans le pilote
setup-pilot-left = Ces noms ne sont pas dans ce compte, sont sur la liste d’exclusion, ou ont un rôle plus large que le vôtre.
setup-pilot-groups = groupes : { $count }
setup-group-add = Un groupe à ajouter
setup-group-hint = Ses membres sont dans le pilote, les futurs aussi. Qui est sur la liste d’exclusion ou a un accès d’urgence garde son mot de passe.
setup-group-submit = Ajouter le groupe
setup-group = { $people ->
    [one] { $name } : 1 personne, dont { $moves } que le pilote déplace
   *[other] { $name } : { $people } personnes, dont { $moves } que le pilote déplace
}
setup-outage = { $provider } ne répond pas ?
setup-outage-text = Laissez les mots de passe du compte servir quelques heures. Cela finit tout seul ; les sessions restent.
setup-outage-until = Jusqu’à
setup-hours = Heures (1–{ $most })
setup-outage-submit = Permettre les mots de passe
setup-off = Désactiver
setup-off-text = Tous se connectent de nouveau avec un mot de passe. Les sessions venues du fournisseur finissent aussitôt. Ce que vous avez saisi reste.
setup-off-invite = Envoyer un lien pour en choisir un à qui n’a pas de mot de passe
setup-off-submit = Désactiver
setup-again-text = Tout ce qui a été saisi est encore là. Rouvrez-la pour la tester et l’activer ; d’ici là, personne n’est concerné.
setup-again = Rouvrir
setup-undo = Annuler
setup-undo-until = La dernière étape peut être annulée jusqu’à
setup-undo-to = retour à
setup-undo-offer = et proposée comme avant
setup-undo-offer-stays = la façon dont elle est proposée a été modifiée depuis et reste

# Le résultat
setup-said-added = Ajouté. Donnez ces valeurs au fournisseur, puis saisissez les siennes ci-dessous.
setup-said-accepted = Ces valeurs sont en service. Essayez-les.
setup-said-discarded = Abandonné. Rien n’a été changé.
setup-said-switched = C’est fait. Vous pouvez l’annuler pendant 24 heures.
setup-said-reopened = Elle est de nouveau ouverte. Testez-la et activez-la ; d’ici là, personne n’est concerné.
setup-said-undone = Annulé.
setup-said-undone-offer-stays = Annulé. La façon dont elle est proposée a été modifiée depuis et reste telle quelle.
setup-said-offered = La façon dont elle est proposée a été modifiée.
setup-said-uninvited = { $count ->
    [one] C’est désactivé, et peut être annulé pendant 24 heures. 1 personne sans mot de passe n’a pas reçu d’e-mail : il n’y a pas d’adresse, ou il y en avait trop à la fois.
   *[other] C’est désactivé, et peut être annulé pendant 24 heures. { $count } personnes sans mot de passe n’ont pas reçu d’e-mail : il n’y a pas d’adresse, ou il y en avait trop à la fois.
}
setup-said-pilot = Le pilote a été modifié.
setup-said-other-values = D’autres valeurs ont été saisies entre-temps. Voyez ce qui est en place.
setup-said-too-many = Ce compte a 50 connexions, il ne peut pas en avoir plus. Modifiez-en une.
setup-said-sole-way = Rien n’a été ajouté : les administrateurs peuvent entrer ici par authentification unique, et personne ne pourrait s’en passer. Donnez d’abord à quelqu’un l’accès d’urgence, ou laissez les administrateurs entrer avec leur mot de passe.
setup-said-incomplete = Des valeurs du fournisseur manquent.
setup-said-not-tested = Aucun essai n’a réussi avec ces valeurs ces 30 derniers jours. Essayez d’abord.
setup-said-other-on = Une autre connexion de ce compte est active. Désactivez-la d’abord.
setup-said-group-unknown = Aucune personne active n’est dans ce groupe.
setup-said-group-many = 50 groupes sont dans le pilote, il ne peut y en avoir plus.
setup-said-hours = Une interruption dure de 1 à 72 heures.
setup-said-no-step = Cette étape n’est pas possible d’ici.
setup-said-no-undo = La dernière étape ne peut plus être annulée.
setup-event-connection = Authentification unique modifiée
setup-event-pilot = Pilote modifié
setup-event-tested = Essai de connexion

# « Envoyer ces étapes par e-mail »
steps-title = Envoyer ces étapes par e-mail
steps-lead = Pour qui s’occupe du fournisseur ou du DNS : les valeurs à saisir, et où. Rien n’est secret dans ce message, et il n’ouvre rien ici.
steps-of = Quoi
steps-of-connection = Authentification unique : { $name }
steps-of-domain = Domaine : { $name }
steps-none = Il n’y a rien à envoyer : aucune connexion, et aucun domaine à prouver.
steps-email = Adresse e-mail
steps-email-hint = Le message est dans la langue de cette page.
steps-send = Envoyer
steps-said-sent = Les étapes sont en route.
steps-unknown = Choisissez l’un d’eux.
steps-too-many = { $most } messages de ce genre sont partis en un jour, ou { $one } à cette adresse : autant que possible.
steps-setup-link = Quelqu’un d’autre doit aussi saisir ici les valeurs du fournisseur ? Envoyez plutôt un lien de configuration.
steps-email-wrong = Saisissez une adresse e-mail, par exemple kim@example.com
setup-last-failed = Le dernier essai s’est arrêté au contrôle { $number } sur 6, alors qu’un autre avait réussi. Cherchez pourquoi avant que cela ne concerne tout le monde.
setup-last-failed-where = Vers l’essai
