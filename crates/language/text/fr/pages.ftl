# Cadre
product-suffix = { $title } – { $product }
error-prefix = Erreur : { $title }
skip = Aller au contenu principal
footer-label = À propos de ces pages
language = Langue
help = Aide
privacy = Confidentialité
next = Suivant
or = ou
not-you = Ce n’est pas vous ?
remember = Se souvenir de moi sur cet appareil
error-word = Erreur :
account-line = { $name } · compte { $number }
error-summary-title = Plusieurs points sont à corriger.
notice-again = Cela a pris du temps, nous avons donc recommencé.
notice-again-more = Votre nom d’utilisateur est toujours là.

asked-you = vous demande de vous connecter
username-title = Se connecter à { $app }
username-title-bare = Se connecter
username-lead = Votre nom d’utilisateur nous dit où vous vous connectez : ici ou auprès de votre organisation.
username-label = Nom d’utilisateur
username-hint = En général votre adresse e-mail professionnelle
username-empty = Saisissez votre nom d’utilisateur
username-malformed = Ce ne peut pas être un nom d’utilisateur. Vérifiez les espaces et les caractères spéciaux.
username-prefill = Mot de passe (rempli par un gestionnaire)
username-forgot = Nom d’utilisateur oublié ?
username-forgot-text = C’est en général votre adresse e-mail professionnelle. Sinon, adressez-vous à un contact autorisé de votre compte.
username-next = Ensuite : votre mot de passe ou la page de votre organisation
then-back = Puis retour à { $app }
then-on = Puis vous continuez

choose-title = Plusieurs comptes trouvés
choose-lead = Votre nom d’utilisateur est associé à plusieurs comptes.
choose-label = Numéro de compte ou libellé partenaire
choose-hint = Sur votre facture, ou demandez à votre contact autorisé
choose-account = Compte
choose-prompt = Choisir un compte
choose-empty = Choisissez un compte
choose-named-empty = Saisissez le numéro de compte ou le libellé partenaire
choose-unknown = Nous n’avons pas trouvé ce compte pour ce nom d’utilisateur

password-title = Saisissez votre mot de passe
password-label = Mot de passe
password-forgot = Mot de passe oublié ?
password-show = Afficher le mot de passe
password-caps = La touche Verr. Maj. est activée
password-empty = Saisissez votre mot de passe
password-wrong = Le nom d’utilisateur et le mot de passe ne correspondent pas. Vérifiez les deux et réessayez.
password-tries = { $count ->
    [one] Il vous reste 1 essai avant une pause de { $minutes } minutes.
   *[other] Il vous reste { $count } essais avant une pause de { $minutes } minutes.
}
password-account = Numéro de compte ou libellé partenaire (facultatif)
password-account-hint = Seulement si votre nom d’utilisateur existe dans plusieurs comptes
sso-button = Authentification unique
sso-with = avec { $provider }
sso-organisation = avec le compte de votre organisation

offer-title = Se connecter avec votre organisation
offer-password = Saisir votre mot de passe
offer-next = Ensuite : la page de connexion de { $account }
offer-next-bare = Ensuite : la page de connexion de votre organisation

expired-title = Votre mot de passe a expiré
expired-lead = { $days ->
    [one] Il a été changé il y a 1 jour. Choisissez-en un nouveau pour continuer.
   *[other] Il a été changé il y a { $days } jours. Choisissez-en un nouveau pour continuer.
}
must-change-title = Choisissez un nouveau mot de passe
must-change-lead = Votre mot de passe doit être remplacé avant de continuer.
soon-title = { $days ->
    [one] Votre mot de passe expire dans 1 jour
   *[other] Votre mot de passe expire dans { $days } jours
}
soon-lead = Changez-le maintenant, vous ne serez pas interrompu plus tard.
soon-now = Changer le mot de passe
soon-later = Pas maintenant
sign-out = Se déconnecter
change-title = Changer le mot de passe
change-current = Mot de passe actuel
change-current-wrong = Ce n’est pas votre mot de passe actuel. Vérifiez-le et réessayez.
change-current-empty = Saisissez votre mot de passe actuel
change-new = Nouveau mot de passe
change-repeat = Répéter le nouveau mot de passe
change-repeat-differs = Les deux nouveaux mots de passe diffèrent
strength = Robustesse
strength-weak = Faible
strength-fair = Moyen
strength-good = Bon
strength-strong = Fort
policy-title = Votre nouveau mot de passe doit :
policy-later = Les règles de votre organisation pour les mots de passe s’appliquent. Si le nouveau ne les respecte pas, la page suivante dit ce qui manque.
policy-length = avoir de { $min } à { $max } caractères
policy-length-min = avoir au moins { $min } caractères
policy-number-letter = contenir au moins un chiffre et une lettre anglaise
policy-number = contenir au moins un chiffre
policy-letter = contenir au moins une lettre anglaise
policy-special = contenir au moins un des caractères { $which }
policy-no-spaces = ne contenir aucun espace
policy-only-listed = contenir seulement des lettres anglaises, des chiffres et { $which }
policy-spaces-fine = rien de plus : les espaces et toutes les langues conviennent
policy-different = être différent de l’actuel
policy-different-history = être différent de l’actuel et des { $count } derniers
policy-not-leaked = ne pas être connu par des fuites
policy-no-context = ne pas être votre nom, ni le nom ou le numéro de votre compte
policy-met = rempli
policy-unmet = pas encore rempli
policy-count = { $met } sur { $all } remplis
violation-too-short = Le nouveau mot de passe est trop court
violation-too-long = Le nouveau mot de passe est trop long
violation-number = Il manque un chiffre au nouveau mot de passe
violation-letter = Il manque une lettre anglaise au nouveau mot de passe
violation-special = Il manque un des caractères spéciaux au nouveau mot de passe
violation-space = Le nouveau mot de passe ne doit contenir aucun espace
violation-other = Le nouveau mot de passe contient un caractère qui n’est pas autorisé
violation-leaked = Ce mot de passe est connu par des fuites. Choisissez-en un autre.
violation-context = Ce mot de passe est fait d’un nom que d’autres peuvent deviner
violation-same = Choisissez un mot de passe que vous ne venez pas d’utiliser
violation-used = Choisissez un mot de passe que vous n’avez pas utilisé récemment
changed-title = Votre mot de passe a été changé
changed-first = Votre mot de passe est défini
changed-mail = Nous avons envoyé un e-mail pour le confirmer.
changed-others = Les autres appareils ont été déconnectés.
changed-continue = Continuer
changed-sign-in = Se connecter
elsewhere-title = Votre organisation gère votre mot de passe
elsewhere-text = { $account } gère votre mot de passe. Changez-le auprès de votre organisation ou adressez-vous à un administrateur.
elsewhere-other = Réinitialiser le mot de passe d’un autre nom d’utilisateur

forgot-title = Réinitialiser votre mot de passe
forgot-lead = Nous envoyons un e-mail à l’adresse liée à votre nom d’utilisateur.
forgot-send = Envoyer l’e-mail
check-title = Consultez vos e-mails
check-lead = Si ce nom d’utilisateur a un mot de passe ici, nous avons envoyé un lien et un code. Ils sont valables 15 minutes.
check-code = Code à saisir
check-code-hint = Les six chiffres de l’e-mail
check-wrong = Ce code est faux, déjà utilisé ou trop ancien. Vérifiez-le ou demandez-en un nouveau.
check-nothing = Rien après 2 minutes ? Regardez dans les indésirables, ou
check-again = envoyer à nouveau
confirm-title = Réinitialiser le mot de passe de { $who } ?
confirm-lead = Si vous n’avez rien demandé, fermez cette page. Votre mot de passe ne change pas.
confirm-yes = Oui, continuer
invite-title = Bienvenue, { $who }
invite-lead = Vous êtes invité. Choisissez votre premier mot de passe pour commencer.
set-title = Choisissez un nouveau mot de passe
set-first-title = Choisissez votre mot de passe
set-lead = Pour { $username }
over-title = Ce lien n’est plus valable
over-text = Il a déjà servi ou il est trop ancien. Demandez-en un nouveau.
over-invite = Demandez une nouvelle invitation à votre contact autorisé, ou réinitialisez votre mot de passe.
over-again = Envoyer un nouvel e-mail
reopen-title = Ouvrez de nouveau le lien de votre e-mail
reopen-text = Cette page ne connaît plus votre lien : elle est restée ouverte trop longtemps, ou un autre lien a été ouvert dans ce navigateur. Rien n’a été modifié.
waited-title = Le temps prévu pour cette page est écoulé
waited-text = Elle est restée ouverte trop longtemps, ou le mot de passe a été défini ailleurs entre-temps. Demandez un nouvel e-mail.

chooser-title = Qui se connecte ?
chooser-change = Quel mot de passe voulez-vous changer ?
chooser-email = Quelle adresse e-mail voulez-vous changer ?
chooser-own = Quel compte voulez-vous voir ?
chooser-to = à { $app }
meant-other = L’application qui vous envoie ici désigne quelqu’un d’autre, qui n’est pas connecté dans ce navigateur.
chooser-other = Utiliser un autre compte
chooser-remove = Retirer

pause-title = Trop d’essais
pause-lead = { $minutes ->
    [one] Vous pourrez réessayer dans 1 minute.
   *[other] Vous pourrez réessayer dans { $minutes } minutes.
}
pause-at = C’est-à-dire à { $time } UTC.
pause-link = Seul le code doit attendre. Si l’e-mail contient un lien, il fonctionne dès maintenant.
pause-forgot = Si vous avez oublié votre mot de passe,
pause-reset = réinitialisez-le maintenant
busy-title = Beaucoup de monde en ce moment
busy-text = Tant de personnes se connectent que nous n’avons pas pu vérifier votre mot de passe. Revenez en arrière et réessayez dans quelques secondes.
refused-title = Nous n’avons pas pu terminer votre connexion
refused-reference = Référence
refused-send = À transmettre à votre administrateur
refused-try = Réessayer
reason-authorize-unknown-application = L’application qui vous envoie est inconnue. Rouvrez-la ou demandez à ses responsables.
reason-authorize-redirect-uri = L’application veut vous faire revenir à une adresse qu’elle n’a pas enregistrée. Demandez à ses responsables.
reason-authorize-malformed = L’application a envoyé une demande illisible. Rouvrez-la ou demandez à ses responsables.
reason-authorize-request-uri = Cette connexion est trop ancienne ou a déjà été ouverte. Retournez à l’application et ouvrez-la de nouveau.
reason-change-return-to = L’adresse de retour n’a pas été enregistrée par l’application.
reason-logout-redirect-uri = Vous resterez ensuite ici : l’adresse de retour n’a pas été enregistrée par l’application, ou celle-ci ne dit pas laquelle elle est. Demandez à ses responsables.
reason-password-changed-meanwhile = Pendant que vous changiez votre mot de passe ici, il a été défini ailleurs. C’est celui-là qui compte, et rien de ce formulaire n’a été retenu.
reason-discovery-application-not-in-region = Cette application n’est pas disponible dans la région de votre compte.
reason-discovery-account-suspended = Le compte de votre organisation est suspendu. Adressez-vous à un contact autorisé de votre compte.
reason-discovery-no-connection = Nous ne connaissons pas d’authentification unique pour cela. Utilisez votre mot de passe ou adressez-vous à un administrateur.
reason-discovery-not-entitled = Le contrat de votre organisation ne comprend pas l’authentification unique. Adressez-vous à un contact autorisé.
reason-discovery-second-factor = Cette application demande un second facteur, et le vôtre n’a pas pu être vérifié.
reason-sso-not-ready = La page de connexion de votre organisation n’est pas encore joignable d’ici. Adressez-vous à un administrateur.
reason-request-foreign-origin = Cette demande venait d’un autre site, nous n’avons donc rien fait. Si vous le vouliez, faites-le sur notre propre page.
reason-request-address-too-long = L’adresse de cette demande est plus longue que toutes les nôtres. Revenez là d’où elle vient et réessayez.
reason-request-body-too-long = Ce qui a été envoyé dépasse tout ce que nous demandons. Revenez en arrière et envoyez moins : une image ou un fichier plus petit, ou un texte plus court.
reason-request-too-slow = La demande n’est pas arrivée entière à temps. Vérifiez votre connexion et réessayez.
reason-request-not-a-form = Cette adresse n’accepte que des données de formulaire ordinaires. Revenez en arrière et envoyez le formulaire de notre propre page.
reason-request-malformed = Nous ne pouvons pas lire ce qui a été envoyé. Revenez en arrière et réessayez.

leave-title = Connexion à { $app } en cours
leave-title-bare = Connexion en cours
meanwhile = Vous vous êtes connecté dans un autre onglet. Vous continuez vers { $app }.
leave-text = si rien ne se passe
leave-continue = Continuer
signout-title = Se déconnecter ?
signout-lead = Cela met fin à votre connexion dans ce navigateur pour toutes les applications.
signout-whose = Plusieurs personnes sont connectées dans ce navigateur. Qui se déconnecte ?
signout-everybody = Tout le monde
signout-here = Session ouverte dans ce navigateur :
signout-yes = Se déconnecter
signout-stay = Rester connecté
signedout-title = Vous êtes déconnecté
signedout-text = Vous pouvez être encore connecté aux applications ouvertes.
signedout-of = Vous êtes déconnecté de { $app } et de tout le reste dans ce navigateur.
signedout-others = Restent connectés dans ce navigateur :
where-title = Vous êtes connecté. Où aller ?
where-none = Aucune application de votre compte n’a de page de départ.
where-as = Connecté en tant que { $who }

error-404-title = Il n’y a rien à cette adresse
error-404-text = Vérifiez l’adresse ou recommencez.
error-405-title = Cela ne fonctionne pas ainsi
error-405-text = Cette adresse n’accepte pas ce type de demande. Revenez à la page précédente ou recommencez.
error-413-title = C’est trop
error-415-title = Nous ne pouvons pas lire cela
error-429-title = Trop d’essais
error-500-title = Quelque chose s’est mal passé ici
error-500-text = C’est notre faute. Réessayez, et donnez-nous la référence si cela se reproduit.
error-503-title = La connexion n’est pas disponible pour le moment
error-503-text = Nous le savons. Réessayez dans un instant.
error-start = Se connecter

language-title = Choisir une langue
help-title = Aide
help-username = Votre nom d’utilisateur est en général votre adresse e-mail professionnelle. Sinon, adressez-vous à un contact autorisé de votre compte.
help-password = Si vous avez oublié votre mot de passe, faites-vous envoyer un e-mail. Si votre organisation le gère, son assistance peut le réinitialiser.
help-several = Si votre nom d’utilisateur existe dans plusieurs comptes, le numéro de compte de votre facture dit lequel vous voulez.
help-contact = En cas de problème, donnez la référence de la page. Elle retrouve ce qui s’est passé et ne dit rien sur vous.
privacy-title = Confidentialité
privacy-text = Cette page garde ce qu’il faut pour vous connecter : votre nom d’utilisateur, quand et d’où vous vous êtes connecté, et à quelle application. Elle utilise des cookies pour cela et pour rien d’autre. Elle ne charge rien depuis d’autres sites.

# The person's own page
own-title = Votre compte
own-lead = Connecté en tant que { $who }
own-sessions = Où vous êtes connecté
own-here = Ce navigateur
own-used = Dernière utilisation { $time } UTC
own-applications = Applications
own-none = Aucune application ne se souvient de vous.
own-all-text = Cela met fin à toutes les sessions et à toutes les applications, ce navigateur compris.
own-all = Se déconnecter partout
own-done = C’est terminé.
own-device = Appareil inconnu
own-start = Vos applications
