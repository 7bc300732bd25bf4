//! The mails of the design by their numbers: what each says, whole, in every language. Mail 3 and mails 6 to 9 are in their own samples and flows.

use homeward_language::Language;

use crate::{
    letter::{Letter, Message, samples},
    render::{Rendered, render},
};

const LANGUAGES: [Language; 4] = [Language::English, Language::German, Language::French, Language::Spanish];

/// The first sample that is such a letter, rendered.
fn mail(language: Language, is: impl Fn(&Message) -> bool) -> (Letter, Rendered) {
    let letter = samples(language).into_iter().find(|letter| is(&letter.message)).unwrap();
    let rendered = render(&letter, "Unified Sign In");
    (letter, rendered)
}

/// What every mail has besides its own words: who it is from, and a foot that says what is never asked for, with a reference.
fn frame(letter: &Letter) -> (String, String) {
    let case = letter.case.as_str();
    let (sender, account, never) = match letter.language {
        Language::German => ("Unified Sign In für Northwind Dental", "Konto", format!("Wir fragen nie per E-Mail nach Ihrem Passwort. Vorgang {case}")),
        Language::French => ("Unified Sign In pour Northwind Dental", "compte", format!("Nous ne demandons jamais votre mot de passe par e-mail. Référence {case}")),
        Language::Spanish => ("Unified Sign In para Northwind Dental", "cuenta", format!("Nunca pedimos su contraseña por correo. Referencia {case}")),
        Language::English | Language::Pseudo => ("Unified Sign In for Northwind Dental", "account", format!("We never ask for your password by email. Reference {case}")),
    };
    (sender.to_owned(), format!("Northwind Dental · {account} 40817\n{never}"))
}

/// The text part is these paragraphs and the foot, and the HTML part has the same words, once each, and the link as its only one.
fn assert_says((letter, mail): &(Letter, Rendered), subject: &str, paragraphs: &[&str]) {
    let (sender, foot) = frame(letter);
    assert_eq!((mail.sender.as_str(), mail.subject.as_str()), (sender.as_str(), subject));
    assert_eq!(mail.text, [paragraphs, &[foot.as_str()]].concat().join("\n\n") + "\n");
    assert!(mail.html.contains(&format!("<html lang=\"{}\"", letter.language.code())) && mail.html.contains(&format!("<title>{subject}</title>")), "{}", mail.html);
    let links: Vec<&str> = mail.text.split_whitespace().filter(|word| word.starts_with("https://")).collect();
    assert_eq!((links.len(), mail.html.matches("href=").count()), (1, 1));
    for paragraph in paragraphs.iter().copied().chain(foot.lines()) {
        // The way on is a button, and the code stands alone.
        let words = match paragraph.split_once(":\n") {
            Some((label, link)) => vec![format!(" href=\"{link}\" "), format!(">{label}</a>")],
            None if paragraph.contains("482 913") => vec![">482 913</p>".to_owned()],
            None => vec![paragraph.to_owned()],
        };
        assert!(words.iter().all(|words| mail.html.contains(words)), "{words:?} in {}", mail.html);
    }
}

/// Mail 1, B-081: whose password was changed, when and from which browser on which system, that nothing is to be done, and what to do if it was somebody else.
#[test]
fn mail_1_your_password_was_changed() {
    for language in LANGUAGES {
        let found = mail(language, |message| matches!(message, Message::PasswordChanged { .. }));
        let (subject, paragraphs) = match language {
            Language::German => (
                "Ihr Passwort wurde geändert",
                [
                    "Das Passwort für britta.simon@northwind.example wurde am 22. November 2026 um 14:02 Uhr (UTC) geändert, von Chrome auf Windows.", "Wenn Sie das waren, ist nichts zu tun.",
                    "Das war ich nicht:\nhttps://signin.example.com/forgot", "Wenn nicht: Auf jener Seite setzen Sie ein neues Passwort, und alle werden abgemeldet.",
                ],
            ),
            Language::French => (
                "Votre mot de passe a été changé",
                [
                    "Le mot de passe de britta.simon@northwind.example a été changé le 22 novembre 2026 à 14:02 (UTC), depuis Chrome sur Windows.", "Si c’était vous, il n’y a rien à faire.",
                    "Ce n’était pas moi:\nhttps://signin.example.com/forgot", "Sinon : cette page vous permet de choisir un nouveau mot de passe et déconnecte tout le monde.",
                ],
            ),
            Language::Spanish => (
                "Su contraseña se ha cambiado",
                [
                    "La contraseña de britta.simon@northwind.example se cambió el 22 de noviembre de 2026 a las 14:02 (UTC), desde Chrome en Windows.", "Si fue usted, no hay nada que hacer.",
                    "No fui yo:\nhttps://signin.example.com/forgot", "Si no: esa página le permite poner una contraseña nueva y cierra todas las sesiones.",
                ],
            ),
            Language::English | Language::Pseudo => (
                "Your password was changed",
                [
                    "The password for britta.simon@northwind.example was changed on 22 November 2026 at 14:02 (UTC), from Chrome on Windows.", "If this was you, there is nothing to do.",
                    "This was not me:\nhttps://signin.example.com/forgot", "If it was not you: that page lets you set a new password and signs everyone out.",
                ],
            ),
        };
        assert_says(&found, subject, &[&[subject][..], &paragraphs].concat());
    }
}

/// Mail 1: what a browser does not say of itself is not made up.
#[test]
fn mail_1_a_browser_that_does_not_say_which_it_is() {
    for (language, says) in [(Language::English, "from an unknown browser."), (Language::German, "von einem unbekannten Browser."), (Language::French, "depuis un navigateur inconnu."), (Language::Spanish, "desde un navegador desconocido.")] {
        let (mut letter, _) = mail(language, |message| matches!(message, Message::PasswordChanged { .. }));
        for (sent, says) in [("?", says), ("", says), ("Firefox", "Firefox.")] {
            if let Message::PasswordChanged { device, .. } = &mut letter.message {
                sent.clone_into(device);
            }
            let rendered = render(&letter, "Unified Sign In");
            assert!(rendered.text.contains(says) && rendered.html.contains(says), "{}", rendered.text);
        }
    }
}

/// Mail 2, FOR-2: who may have asked, a code and a link that both work once, until when, and that nothing happens otherwise. The code stands in the subject, too.
#[test]
fn mail_2_reset_your_password() {
    for language in LANGUAGES {
        let found = mail(language, |message| matches!(message, Message::Reset { .. }));
        let (title, paragraphs) = match language {
            Language::German => (
                "Passwort zurücksetzen",
                [
                    "Jemand, hoffentlich Sie, möchte das Passwort für britta.simon@northwind.example zurücksetzen.", "Der Code: 482 913", "Passwort zurücksetzen:\nhttps://signin.example.com/reset?token=abc",
                    "Code und Link gelten je einmal, bis 14:02 Uhr (UTC).", "Wenn Sie das nicht waren, tun Sie nichts; Ihr Passwort bleibt, wie es ist.",
                ],
            ),
            Language::French => (
                "Réinitialiser votre mot de passe",
                [
                    "Quelqu’un, vous espérons-le, a demandé à réinitialiser le mot de passe de britta.simon@northwind.example.", "Le code : 482 913", "Réinitialiser le mot de passe:\nhttps://signin.example.com/reset?token=abc",
                    "Le code et le lien servent chacun une fois, jusqu’à 14:02 (UTC).", "Si ce n’était pas vous, ne faites rien ; votre mot de passe ne change pas.",
                ],
            ),
            Language::Spanish => (
                "Restablecer su contraseña",
                [
                    "Alguien, esperamos que usted, pidió restablecer la contraseña de britta.simon@northwind.example.", "Código: 482 913", "Restablecer la contraseña:\nhttps://signin.example.com/reset?token=abc",
                    "El código y el enlace valen una vez cada uno, hasta las 14:02 (UTC).", "Si no fue usted, no haga nada; su contraseña queda como está.",
                ],
            ),
            Language::English | Language::Pseudo => (
                "Reset your password",
                [
                    "Someone, hopefully you, asked to reset the password for britta.simon@northwind.example.", "Code: 482 913", "Reset the password:\nhttps://signin.example.com/reset?token=abc",
                    "Code and link both work once, until 14:02 (UTC).", "If it was not you, ignore this; your password stays as it is.",
                ],
            ),
        };
        let subject = if language == Language::French { format!("{title} : 482 913") } else { format!("{title}: 482 913") };
        assert_says(&found, &subject, &[&[title][..], &paragraphs].concat());
    }
}

/// Mail 4, LP-12: in how many days, whose, and the page where it is changed.
#[test]
fn mail_4_your_password_expires() {
    for language in LANGUAGES {
        let (subjects, says, button) = match language {
            Language::German => (
                ["Ihr Passwort läuft in 14 Tagen ab", "Ihr Passwort läuft in 7 Tagen ab", "Ihr Passwort läuft in 1 Tag ab"],
                "Das Passwort für britta.simon@northwind.example läuft bald ab. Ändern Sie es, wann es Ihnen passt.", "Passwort ändern",
            ),
            Language::French => (
                ["Votre mot de passe expire dans 14 jours", "Votre mot de passe expire dans 7 jours", "Votre mot de passe expire dans 1 jour"],
                "Le mot de passe de britta.simon@northwind.example expire bientôt. Changez-le quand cela vous convient.", "Changer le mot de passe",
            ),
            Language::Spanish => (
                ["Su contraseña caduca en 14 días", "Su contraseña caduca en 7 días", "Su contraseña caduca en 1 día"],
                "La contraseña de britta.simon@northwind.example caduca pronto. Cámbiela cuando le venga bien.", "Cambiar la contraseña",
            ),
            Language::English | Language::Pseudo => (
                ["Your password expires in 14 days", "Your password expires in 7 days", "Your password expires in 1 day"],
                "The password for britta.simon@northwind.example expires soon. Change it when it suits you.", "Change password",
            ),
        };
        for (left, subject) in [14, 7, 1].into_iter().zip(subjects) {
            let (mut letter, _) = mail(language, |message| matches!(message, Message::PasswordExpires { .. }));
            if let Message::PasswordExpires { days, .. } = &mut letter.message {
                *days = left;
            }
            let rendered = render(&letter, "Unified Sign In");
            assert_says(&(letter, rendered), subject, &[subject, says, &format!("{button}:\nhttps://signin.example.com/changepassword")]);
        }
    }
}

/// Mail 5: since when which provider is asked, how to begin, and what becomes of the password, which an account may go on taking.
#[test]
fn mail_5_you_now_sign_in_with_your_organisation() {
    for language in LANGUAGES {
        let (subject, says, how, [gone, kept], button) = match language {
            Language::German => (
                "Sie melden sich jetzt mit Northwind Dental an", "Ab dem 22. November 2026 fragen Ihre Anwendungen nach Ihrem Konto bei Microsoft Entra ID statt nach einem eigenen Passwort.",
                "Beginnen Sie wie bisher mit britta.simon@northwind.example und wählen Sie dann „Einmalanmeldung“.", ["Ihr altes Passwort wird nicht mehr benutzt.", "Ihr Passwort hier gilt daneben weiter."], "Anmelden",
            ),
            Language::French => (
                "Vous vous connectez désormais avec Northwind Dental", "À partir du 22 novembre 2026, vos applications demandent votre compte Microsoft Entra ID au lieu d’un mot de passe séparé.",
                "Commencez comme avant avec britta.simon@northwind.example, puis choisissez « Authentification unique ».", ["Votre ancien mot de passe ne sert plus.", "Votre mot de passe ici reste valable à côté."], "Se connecter",
            ),
            Language::Spanish => (
                "Ahora inicia sesión con Northwind Dental", "Desde el 22 de noviembre de 2026, sus aplicaciones piden su cuenta de Microsoft Entra ID en lugar de una contraseña aparte.",
                "Empiece como antes con britta.simon@northwind.example y elija después «Inicio de sesión único».", ["Su contraseña anterior ya no se usa.", "Su contraseña de aquí sigue valiendo."], "Iniciar sesión",
            ),
            Language::English | Language::Pseudo => (
                "You now sign in with Northwind Dental", "From 22 November 2026 on, your applications ask for your Microsoft Entra ID account instead of a separate password.",
                "Start as before with britta.simon@northwind.example, then choose Single Sign On.", ["Your old password is no longer used.", "Your password here still works beside it."], "Sign in",
            ),
        };
        for (keeps, password) in [(false, gone), (true, kept)] {
            let found = mail(language, |message| matches!(message, Message::NowAtProvider { keeps_password, .. } if *keeps_password == keeps));
            assert_says(&found, subject, &[subject, says, how, password, &format!("{button}:\nhttps://signin.example.com/signin")]);
        }
    }
}
