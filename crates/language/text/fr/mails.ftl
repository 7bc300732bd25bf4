mail-sender = { $product } pour { $account }
mail-footer = Nous ne demandons jamais votre mot de passe par e-mail. Référence { $case }
mail-changed-subject = Votre mot de passe a été changé
mail-changed-text = Le mot de passe de { $username } a été changé le { $date } à { $time } (UTC), depuis { $device }.
mail-changed-ok = Si c’était vous, il n’y a rien à faire.
mail-changed-not = Sinon : cette page vous permet de choisir un nouveau mot de passe et déconnecte tout le monde.
mail-changed-button = Ce n’était pas moi
mail-copied-subject = Vous avez été déconnecté de { $application }
mail-copied-text = La session de { $username } dans { $application } a été terminée le { $date } à { $time } (UTC) : un élément qui ne sert qu’une fois a été utilisé une deuxième fois. Quelqu’un en a peut-être une copie.
mail-copied-again = L’application vous demande de vous reconnecter. Si ses données ont été restaurées d’une sauvegarde ou copiées sur un autre appareil, il n’y a rien d’autre à faire.
mail-copied-button = Voir où vous êtes connecté
mail-copied-not = Sinon : terminez-y chaque session que vous ne connaissez pas, et prévenez la personne qui gère votre compte.
mail-reset-subject = Réinitialiser votre mot de passe : { $code }
mail-reset-title = Réinitialiser votre mot de passe
mail-reset-text = Quelqu’un, vous espérons-le, a demandé à réinitialiser le mot de passe de { $username }.
mail-reset-code = Le code : { $code }
mail-reset-button = Réinitialiser le mot de passe
mail-reset-until = Le code et le lien servent chacun une fois, jusqu’à { $time } (UTC).
mail-reset-ignore = Si ce n’était pas vous, ne faites rien ; votre mot de passe ne change pas.
mail-elsewhere-subject = Votre organisation gère votre mot de passe
mail-elsewhere-text = Quelqu’un, vous espérons-le, a demandé à réinitialiser le mot de passe de { $username }. Votre organisation, { $account }, gère votre mot de passe. Réinitialisez-le là-bas ou adressez-vous à un administrateur.
mail-elsewhere-button = Se connecter
mail-expires-subject = { $days ->
    [one] Votre mot de passe expire dans 1 jour
   *[other] Votre mot de passe expire dans { $days } jours
}
mail-expires-text = Le mot de passe de { $username } expire bientôt. Changez-le quand cela vous convient.
mail-expires-button = Changer le mot de passe
mail-invite-subject = Votre connexion pour { $account }
mail-invite-title = Bienvenue, { $name }
mail-invite-text = { $account } vous a ajouté comme utilisateur. Votre nom d’utilisateur est { $username }. Choisissez votre mot de passe pour commencer.
mail-invite-button = Choisir votre mot de passe
mail-invite-until = Le lien sert une fois, jusqu’au { $date } à { $time } (UTC).
mail-ends-subject = Un certificat de signature expire le { $date }
mail-ends-text = { $people ->
    [one] La connexion d’une personne de { $account } utilise ce certificat de { $provider } : { $thumbprint }
   *[other] La connexion de { $people } personnes de { $account } utilise ce certificat de { $provider } : { $thumbprint }
}
mail-ends-days = { $days ->
    [0] Il expire aujourd’hui.
    [one] Il expire dans { $days } jour.
   *[other] Il expire dans { $days } jours.
}
mail-ends-place = Créez le nouveau à cet endroit : { $place }.
mail-ends-button = Ajouter le nouveau certificat
mail-ends-after = Ajoutez d’abord le nouveau ; les deux sont valables côte à côte, et personne n’est interrompu.
mail-unknown-subject = { $provider } : un certificat inconnu
mail-unknown-text = { $count ->
    [one] Depuis le { $date } à { $time } (UTC), { $count } connexion de { $account } a échoué : la réponse de { $provider } désigne un certificat de signature que personne n’a ajouté.
   *[other] Depuis le { $date } à { $time } (UTC), { $count } connexions de { $account } ont échoué : les réponses de { $provider } désignent un certificat de signature que personne n’a ajouté.
}
mail-unknown-check = Elles se sont arrêtées à la vérification 3 sur 6 : { $check }.
mail-unknown-print = Son empreinte SHA-256 : { $thumbprint }
mail-unknown-trusted = Ajouté ici : { $thumbprints }
mail-unknown-place = Comparez-la avec celle qui figure à cet endroit : { $place }.
mail-unknown-button = Comparer et ajouter
mail-unknown-after = Ne l’ajoutez que si c’est le même là-bas. Sinon, quelqu’un d’autre a pu envoyer ces réponses : n’ajoutez rien.
mail-values-subject = { $provider } publie d’autres valeurs
mail-values-text = Depuis le { $date }, { $time }, ce que publie { $provider } diffère de ce qu’utilise le compte { $account }. Rien n’a changé ici : la connexion continue avec les valeurs acceptées.
mail-values-button = Voir ce qui est nouveau
mail-values-after = Ne l’adoptez que si les administrateurs de votre fournisseur d’identité sont au courant : un nouveau certificat ou une nouvelle adresse décide de qui entre.
mail-emergency-subject = L’accès d’urgence a été utilisé
mail-emergency-text = { $username } s’est connecté à { $account } par l’accès d’urgence le { $date } à { $time } (UTC), avec { $device }, depuis le réseau { $network }.
mail-emergency-code = { $left ->
    [0] Un code imprimé a été utilisé ; il n’en reste aucun. Imprimez-en de nouveaux.
    [one] Un code imprimé a été utilisé ; il en reste 1. Imprimez-en de nouveaux.
   *[other] Un code imprimé a été utilisé ; il en reste { $left }.
}
mail-emergency-ok = Si vous êtes au courant, il n’y a rien à faire.
mail-emergency-button = Voir l’activité
mail-emergency-button-own = Voir votre compte
mail-emergency-not = Sinon : déconnectez cette personne partout et changez tout de suite le mot de passe de l’accès d’urgence.
mail-emergency-not-code = Sinon : déconnectez cette personne partout et imprimez tout de suite de nouveaux codes : ceux de la feuille perdue ne fonctionneront plus.
mail-emergency-not-own = Si ce n’était pas vous : déconnectez-vous partout sur votre page de compte, changez votre mot de passe et prévenez tout de suite vos administrateurs. Ils peuvent imprimer de nouveaux codes : les anciens ne fonctionneront plus.
mail-setup-subject = Configurer la connexion de { $account }
mail-setup-text = { $name }, de { $account }, vous demande de relier { $provider }. Cela prend environ 15 minutes.
mail-setup-text-any = { $name }, de { $account }, vous demande de relier le fournisseur d’identité de votre organisation. Cela prend environ 15 minutes.
mail-setup-nobody = Personne n’est concerné avant que { $name } ne l’active.
mail-setup-button = Configurer
mail-setup-until = Le lien est valable jusqu’au { $date } à { $time } (UTC).
mail-setup-needs = Il vous faut les droits d’administrateur dans { $provider }.
mail-setup-needs-any = Il vous faut les droits d’administrateur chez le fournisseur d’identité.
mail-setup-dns = Et l’accès au DNS de { $domains }.
mail-setup-stranger = Vous ne savez pas de qui vient ce message ? Demandez-le par un autre moyen avant d’ouvrir le lien.
mail-steps-subject = À saisir pour { $account } : authentification unique
mail-steps-text = { $name } ({ $account }) vous demande de saisir ces valeurs dans { $provider }.
mail-steps-choose = Et d’y choisir ceci :
mail-steps-back = Dites ensuite à { $name } ce que { $provider } y montre :
mail-steps-secret = Transmettez un secret client autrement que par e-mail.
mail-steps-dns-subject = Enregistrement DNS pour { $domain }
mail-steps-dns-text = { $name } ({ $account }) vous demande d’ajouter cet enregistrement TXT au DNS de { $domain }. Dès lors, quiconque saisit un nom d’utilisateur de { $domain } est conduit à la connexion de { $account }. Si { $domain } n’appartient pas à { $account }, ne l’ajoutez pas.
mail-steps-dns-stays = Laissez-le en place : il est recherché de temps en temps.
mail-steps-dns-until = Il doit être trouvé avant le { $date }.
mail-steps-stranger = Vous ne savez pas de qui vient ce message ? Demandez-le par un autre moyen avant de le faire.
mail-step-roles = Un rôle a été donné ou retiré
mail-step-admin-sign-in = La connexion des administrateurs a été modifiée
mail-step-sign-on = L’authentification unique a été basculée
mail-step-values = Les valeurs du fournisseur d’identité ont changé
mail-step-domain = Un domaine prouvé a été abandonné ou repris
mail-step-passwords = Les mots de passe peuvent être plus faibles
mail-step-setup-link = Un lien de configuration a été créé
mail-step-token = Un jeton pour l’API a été créé
mail-step-administrators = L’accès d’un administrateur a été modifié
mail-step-emergency = L’accès d’urgence a été modifié
mail-step-contact = À qui s’adresser pour la connexion a changé
mail-step-text = Par { $by }, chez { $account }, le { $date } à { $time } (UTC), depuis le réseau { $network }.
mail-step-by-above = quelqu’un qui s’occupe de votre compte depuis un niveau supérieur
mail-step-about = Cela concerne { $username }.
mail-step-detail = Enregistré : { $detail }
mail-step-more = { $count } étapes de ce genre depuis le { $date }, { $time } (UTC) ; celle-ci est la dernière.
mail-step-before = Avant cela : le { $date } à { $time } (UTC), par { $by }, depuis le réseau { $network }
mail-step-ok = Si vous êtes au courant, il n’y a rien à faire.
mail-step-ok-own = Si c’était vous, il n’y a rien à faire.
mail-step-not = Sinon : demandez tout de suite à cette personne. Si ce n’était pas elle, déconnectez-la partout et annulez l’étape.
mail-step-not-own = Sinon, quelqu’un dispose de votre session ou de votre mot de passe. Changez immédiatement votre mot de passe : vos autres sessions se terminent. Annulez ensuite cette étape.
mail-step-not-roles = Sinon : demandez tout de suite à cette personne. Si ce n’était pas elle, déconnectez-la partout et rétablissez le rôle.
mail-step-not-setup-link = Sinon : demandez tout de suite à cette personne. Si ce n’était pas elle, mettez fin au lien et déconnectez-la partout.
mail-step-not-emergency = Sinon : demandez tout de suite à cette personne. Si ce n’était pas elle, déconnectez-la partout, retirez l’accès d’urgence et imprimez de nouveaux codes.
mail-device = { $browser } sur { $system }
mail-device-unknown = un navigateur inconnu
mail-date = { $day } { $month } { $year }
mail-month-1 = janvier
mail-month-2 = février
mail-month-3 = mars
mail-month-4 = avril
mail-month-5 = mai
mail-month-6 = juin
mail-month-7 = juillet
mail-month-8 = août
mail-month-9 = septembre
mail-month-10 = octobre
mail-month-11 = novembre
mail-month-12 = décembre
