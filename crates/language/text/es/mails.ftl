mail-sender = { $product } para { $account }
mail-footer = Nunca pedimos su contraseña por correo. Referencia { $case }
mail-changed-subject = Su contraseña se ha cambiado
mail-changed-text = La contraseña de { $username } se cambió el { $date } a las { $time } (UTC), desde { $device }.
mail-changed-ok = Si fue usted, no hay nada que hacer.
mail-changed-not = Si no: esa página le permite poner una contraseña nueva y cierra todas las sesiones.
mail-changed-button = No fui yo
mail-copied-subject = Se cerró su sesión en { $application }
mail-copied-text = La sesión de { $username } en { $application } se cerró el { $date } a las { $time } (UTC): algo que sirve una sola vez se usó por segunda vez. Puede que alguien tenga una copia.
mail-copied-again = La aplicación le pide que inicie sesión de nuevo. Si sus datos se restauraron de una copia de seguridad o se copiaron a otro dispositivo, no hay nada más que hacer.
mail-copied-button = Ver dónde ha iniciado sesión
mail-copied-not = Si no: cierre ahí cada sesión que no conozca y avise a quien administra su cuenta.
mail-reset-subject = Restablecer su contraseña: { $code }
mail-reset-title = Restablecer su contraseña
mail-reset-text = Alguien, esperamos que usted, pidió restablecer la contraseña de { $username }.
mail-reset-code = Código: { $code }
mail-reset-button = Restablecer la contraseña
mail-reset-until = El código y el enlace valen una vez cada uno, hasta las { $time } (UTC).
mail-reset-ignore = Si no fue usted, no haga nada; su contraseña queda como está.
mail-elsewhere-subject = Su organización guarda su contraseña
mail-elsewhere-text = Alguien, esperamos que usted, pidió restablecer la contraseña de { $username }. Su organización, { $account }, guarda su contraseña. Restablézcala allí o pregunte a un administrador.
mail-elsewhere-button = Iniciar sesión
mail-expires-subject = { $days ->
    [one] Su contraseña caduca en 1 día
   *[other] Su contraseña caduca en { $days } días
}
mail-expires-text = La contraseña de { $username } caduca pronto. Cámbiela cuando le venga bien.
mail-expires-button = Cambiar la contraseña
mail-invite-subject = Su inicio de sesión para { $account }
mail-invite-title = Le damos la bienvenida, { $name }
mail-invite-text = { $account } le ha dado de alta. Su nombre de usuario es { $username }. Elija su contraseña para empezar.
mail-invite-button = Elegir su contraseña
mail-invite-until = El enlace vale una vez, hasta el { $date } a las { $time } (UTC).
mail-ends-subject = Un certificado de firma caduca el { $date }
mail-ends-text = { $people ->
    [one] El inicio de sesión de 1 persona de { $account } usa este certificado de { $provider }: { $thumbprint }
   *[other] El inicio de sesión de { $people } personas de { $account } usa este certificado de { $provider }: { $thumbprint }
}
mail-ends-days = { $days ->
    [0] Caduca hoy.
    [one] Caduca en 1 día.
   *[other] Caduca en { $days } días.
}
mail-ends-place = Cree el nuevo allí: { $place }.
mail-ends-button = Añadir el certificado nuevo
mail-ends-after = Añada primero el nuevo; ambos valen a la vez y nadie se ve interrumpido.
mail-unknown-subject = { $provider }: un certificado desconocido
mail-unknown-text = { $count ->
    [one] Desde el { $date }, a las { $time } (UTC), ha fallado 1 inicio de sesión de { $account }: la respuesta de { $provider } nombra un certificado de firma que nadie ha añadido.
   *[other] Desde el { $date }, a las { $time } (UTC), han fallado { $count } inicios de sesión de { $account }: las respuestas de { $provider } nombran un certificado de firma que nadie ha añadido.
}
mail-unknown-check = Se detuvieron en la comprobación 3 de 6: { $check }.
mail-unknown-print = Su huella SHA-256: { $thumbprint }
mail-unknown-trusted = Añadido aquí: { $thumbprints }
mail-unknown-place = Compárela con la que figura allí: { $place }.
mail-unknown-button = Comparar y añadir
mail-unknown-after = Añádalo solo si allí es el mismo. Si no lo es, puede que otra persona haya enviado estas respuestas: no añada nada.
mail-values-subject = { $provider } publica otros valores
mail-values-text = Desde el { $date }, { $time }, lo que publica { $provider } difiere de lo que usa la cuenta { $account }. Aquí no ha cambiado nada: se inicia sesión con los valores aceptados.
mail-values-button = Ver lo nuevo
mail-values-after = Adóptelo solo si los administradores de su proveedor de identidad lo conocen: un certificado o una dirección nuevos deciden quién entra.
mail-emergency-subject = Se ha usado el acceso de emergencia
mail-emergency-text = { $username } ha iniciado sesión en { $account } con el acceso de emergencia el { $date } a las { $time } (UTC), con { $device }, desde la red { $network }.
mail-emergency-code = { $left ->
    [0] Se ha usado un código impreso; no queda ninguno. Imprima otros.
    [one] Se ha usado un código impreso; queda 1. Imprima otros.
   *[other] Se ha usado un código impreso; quedan { $left }.
}
mail-emergency-ok = Si está al corriente, no hay nada que hacer.
mail-emergency-button = Ver la actividad
mail-emergency-button-own = Ver su cuenta
mail-emergency-not = Si no: cierre todas las sesiones de esa persona y cambie enseguida la contraseña del acceso de emergencia.
mail-emergency-not-code = Si no: cierre todas las sesiones de esa persona e imprima enseguida códigos nuevos: así dejan de funcionar los de la hoja perdida.
mail-emergency-not-own = Si no ha sido usted: cierre todas sus sesiones en su página de cuenta, cambie su contraseña y avise enseguida a sus administradores. Ellos pueden imprimir códigos nuevos: así dejan de funcionar los anteriores.
mail-setup-subject = Configurar el inicio de sesión de { $account }
mail-setup-text = { $name }, de { $account }, le pide que conecte { $provider }. Lleva unos 15 minutos.
mail-setup-text-any = { $name }, de { $account }, le pide que conecte el proveedor de identidad de su organización. Lleva unos 15 minutos.
mail-setup-nobody = No afecta a nadie hasta que { $name } lo active.
mail-setup-button = Configurar
mail-setup-until = El enlace vale hasta el { $date } a las { $time } (UTC).
mail-setup-needs = Necesita derechos de administrador en { $provider }.
mail-setup-needs-any = Necesita derechos de administrador en el proveedor de identidad.
mail-setup-dns = Y acceso al DNS de { $domains }.
mail-setup-stranger = ¿No sabe de quién es este mensaje? Pregúntelo por otro medio antes de abrir el enlace.
mail-steps-subject = Inicio de sesión único de { $account }: valores
mail-steps-text = { $name } ({ $account }) le pide que introduzca estos valores en { $provider }.
mail-steps-choose = Y que elija allí esto:
mail-steps-back = Después, diga a { $name } lo que { $provider } muestra allí:
mail-steps-secret = Transmita un secreto de cliente por un medio distinto del correo.
mail-steps-dns-subject = Registro DNS para { $domain }
mail-steps-dns-text = { $name } ({ $account }) le pide que añada este registro TXT al DNS de { $domain }. Desde entonces, quien escriba un nombre de usuario de { $domain } será llevado al inicio de sesión de { $account }. Si { $domain } no pertenece a { $account }, no lo añada.
mail-steps-dns-stays = Déjelo allí: se vuelve a buscar de vez en cuando.
mail-steps-dns-until = Tiene que encontrarse antes del { $date }.
mail-steps-stranger = ¿No sabe de quién es este mensaje? Pregúntelo por otro medio antes de hacerlo.
mail-step-roles = Se ha dado o quitado un rol
mail-step-admin-sign-in = Ha cambiado cómo entran los administradores
mail-step-sign-on = Se ha cambiado el inicio de sesión único
mail-step-values = Han cambiado valores del proveedor de identidad
mail-step-domain = Un dominio verificado se abandonó o se recuperó
mail-step-passwords = Ahora las contraseñas pueden ser más débiles
mail-step-setup-link = Se ha creado un enlace de configuración
mail-step-token = Se ha creado un token para la API
mail-step-administrators = Se ha cambiado el acceso de un administrador
mail-step-emergency = Se ha cambiado el acceso de emergencia
mail-step-contact = Cambió a quién preguntar por el inicio
mail-step-text = Por { $by }, en { $account }, el { $date } a las { $time } (UTC), desde la red { $network }.
mail-step-by-above = alguien que se ocupa de su cuenta desde arriba
mail-step-about = Afecta a { $username }.
mail-step-detail = Consta: { $detail }
mail-step-more = { $count } pasos así desde el { $date }, { $time } (UTC); este es el último.
mail-step-before = Antes: { $date } a las { $time } (UTC), por { $by }, desde la red { $network }
mail-step-ok = Si está al corriente, no hay nada que hacer.
mail-step-ok-own = Si ha sido usted, no tiene que hacer nada.
mail-step-not = Si no: pregunte enseguida a esa persona. Si no fue ella, ciérrele la sesión en todas partes y deshaga el paso.
mail-step-not-own = Si no, alguien tiene su sesión o su contraseña. Cambie la contraseña enseguida: así terminan sus demás sesiones. Después, deshaga el paso.
mail-step-not-roles = Si no: pregunte enseguida a esa persona. Si no fue ella, ciérrele la sesión en todas partes y restablezca el rol.
mail-step-not-setup-link = Si no: pregunte enseguida a esa persona. Si no fue ella, termine el enlace y ciérrele la sesión en todas partes.
mail-step-not-emergency = Si no: pregunte enseguida a esa persona. Si no fue ella, ciérrele la sesión en todas partes, quite el acceso de emergencia e imprima códigos nuevos.
mail-device = { $browser } en { $system }
mail-device-unknown = un navegador desconocido
mail-date = { $day } de { $month } de { $year }
mail-month-1 = enero
mail-month-2 = febrero
mail-month-3 = marzo
mail-month-4 = abril
mail-month-5 = mayo
mail-month-6 = junio
mail-month-7 = julio
mail-month-8 = agosto
mail-month-9 = septiembre
mail-month-10 = octubre
mail-month-11 = noviembre
mail-month-12 = diciembre
