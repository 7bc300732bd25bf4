# Services connectés
portal-services = Services connectés
service-lead = Des applications agissent dans Microsoft 365 au nom de la personne qui l’autorise. Elles lisent pour elle des calendriers, des contacts ou une boîte aux lettres.
service-none = Un service connecté a besoin d’une connexion à votre organisation chez Microsoft, et il n’y en a pas encore. Ajoutez-la, testez-la et activez-la ; puis revenez ici.
service-set-up = Configuré
service-not-set-up = Non configuré
service-people-count = { $count ->
    [0] Personne n’a encore rien autorisé.
    [one] 1 personne a autorisé quelque chose.
   *[other] { $count } personnes ont autorisé quelque chose.
}
service-first = Saisissez d’abord les valeurs de l’étape 2.

# 1 Inscrire
service-register = Inscrire chez Microsoft
service-register-text = Une seule inscription dans le centre d’administration Entra sert à toute votre organisation :
service-redirect-hint = Identique des deux côtés, à la lettre : https uniquement ; les majuscules et la dernière barre oblique comptent.

# 2 Valeurs
service-overview = Ou collez toute la page « Vue d’ensemble »
service-overview-hint = Nous y trouvons les deux identifiants et laissons de côté l’ID d’objet, qui n’est ni l’un ni l’autre.
service-permissions = Autorisations
service-permissions-lead = Cochez ce qui y est délégué. Les autorisations d’application sont autre chose et ne peuvent pas servir.
service-permission = Autorisation
service-interface = Interface de programmation
service-admin-consent = Consentement de l’administrateur requis
service-yes = Oui
service-no = Non
service-rarely = Un autre cloud, ou un secret client
service-cloud = Cloud de Microsoft
service-secret-hint = Laissez vide : un client public n’en a pas.
service-off = Désactiver
service-off-text = Plus aucune application ne reçoit de jeton, et ce que les personnes ont autorisé est oublié. Vous le voyez avant que ce soit fait.
service-forgets = { $count ->
    [0] C’est une autre inscription.
    [one] C’est une autre inscription : ce que 1 personne a autorisé sera oublié. Elle sera interrogée de nouveau.
   *[other] C’est une autre inscription : ce que { $count } personnes ont autorisé sera oublié. Chacune sera interrogée de nouveau.
}
service-forgets-consent = Le consentement de l’organisation sera oublié aussi.
service-problem-cloud = Choisissez l’un des clouds de Microsoft.
service-problem-same-id = Application (client) ID et Directory (tenant) ID sont deux valeurs différentes. L’ID d’objet n’est ni l’une ni l’autre.
service-problem-redirect = L’URI de redirection commence par https:// et ne contient ni * ni #.
service-problem-elsewhere = L’URI de redirection mène ailleurs. Les réponses ne reviennent que vers l’hôte de ce portail.
service-problem-permissions = Cochez au moins une autorisation.

# 3 Consentement
service-consent = Consentement de l’organisation
service-consent-given = Donné le { $date }
service-consent-needed = Nécessaire
service-consent-not-needed = Pas nécessaire
service-consent-partly = Incomplet
service-consent-given-text = Microsoft ne demande plus rien à personne. Chacun dit encore ici quelle application peut agir pour lui.
service-consent-needed-text = Une autorisation ci-dessus exige un administrateur chez Microsoft. Avant cela, personne ne peut l’accorder.
service-consent-not-needed-text = Chacun peut accorder seul ces autorisations chez Microsoft. Avec le consentement de l’organisation, Microsoft ne demande plus.
service-consent-partly-text = Donné le { $date }. Ajouté depuis :
service-consent-hint = Vous allez chez Microsoft, acceptez comme administrateur de votre organisation, et revenez.
service-consent-grant = Accorder le consentement administrateur
service-consent-link = Créer un lien pour quelqu’un d’autre
service-link = Lien pour un administrateur chez Microsoft
service-link-text = Ce lien ne s’affiche que maintenant et ne sert qu’une fois. Envoyez-le à qui administre votre organisation chez Microsoft.

# 4 Personnes
service-people = Qui l’a autorisé
service-people-none = Personne pour l’instant. Une application demande à chacun la première fois qu’elle a besoin de quelque chose.
service-applications = Applications qui peuvent demander
service-applications-none = Aucune. Qui gère ce service de connexion décide quelles applications peuvent agir pour les personnes.
service-tokens-off = Aucune application ne reçoit de jeton : qui gère ce service de connexion doit d’abord l’activer.
service-connection-off = Les applications reçoivent des jetons dès que la connexion est active, pour un pilote ou pour tous.
service-steps = Étapes
service-test = Tester le jeton
service-end = Mettre fin
service-end-hint = Une fois terminé ici, aucune application ne reçoit de nouveau jeton. Chez Microsoft, le consentement reste jusqu’à ce qu’on l’y retire, et un jeton qu’une application détient vit encore une heure environ.
service-tested = Jetons de { $who }
service-tested-hidden = Les jetons eux-mêmes ne sont montrés à personne.
service-live = Valable
service-ask-again = Consentement nécessaire
service-no-token = Pas de jeton
service-why-never = Cette personne ne l’a pas encore autorisé.
service-why-taken-back = Le consentement a été retiré ou a expiré. L’application demande de nouveau.
service-why-more = Il faut plus que ce que cette personne a autorisé. L’application demande de nouveau.
service-refused = Microsoft n’en a pas donné ({ $code }). Ce qui est autorisé reste ; réessayez plus tard.
service-busy = Il est en cours de renouvellement. Réessayez dans un instant.
service-unusable = L’inscription ne peut pas servir telle qu’elle est saisie. Voyez les valeurs ci-dessus.

# Ce qui en est résulté
service-said-accepted = Ces valeurs sont maintenant en vigueur.
service-said-consented = Le consentement de l’organisation est arrivé.
service-said-ended = C’est terminé. Plus aucune application ne reçoit de jeton de cette personne.
service-said-not-set-up = Saisissez d’abord l’inscription.
service-event-changed = Service connecté modifié
service-event-ended = Fin du consentement d’une personne
service-event-tested = Jeton testé
service-event-granted = Application autorisée à agir
service-event-consented = Consentement de l’organisation donné
service-event-exchanged = Jeton donné à une application
service-event-azure = Connecté par l’intégration Azure

# Authentification unique : ce qui vient du fournisseur lui-même
setup-azure = Lancer l’intégration Azure
setup-azure-text = Connectez-vous chez Microsoft et acceptez : la connexion est là, sans aucune valeur à copier.
setup-said-connected = Microsoft nous a donné les valeurs de votre organisation. Testez maintenant la connexion.
setup-said-refused = Refusé. Exactement la même chose ne sera plus montrée.
setup-moves = Les adresses du fournisseur ont changé
setup-moves-text = Les personnes et les codes iraient là. Demandez au fournisseur s’il a déménagé avant de les utiliser.
setup-moves-refuse = Refuser
