# Marco
product-suffix = { $title } – { $product }
error-prefix = Error: { $title }
skip = Ir a la parte principal
footer-label = Acerca de estas páginas
language = Idioma
help = Ayuda
privacy = Privacidad
next = Siguiente
or = o
not-you = ¿No es usted?
remember = Recordarme en este dispositivo
error-word = Error:
account-line = { $name } · cuenta { $number }
error-summary-title = Hay más de una cosa que corregir.
notice-again = Ha tardado un poco, así que hemos empezado de nuevo.
notice-again-more = Su nombre de usuario sigue ahí.

asked-you = le pide que inicie sesión
username-title = Iniciar sesión en { $app }
username-title-bare = Iniciar sesión
username-lead = Su nombre de usuario nos dice dónde inicia sesión: aquí o con su organización.
username-label = Nombre de usuario
username-hint = Normalmente su dirección de correo de trabajo
username-empty = Escriba su nombre de usuario
username-malformed = Eso no puede ser un nombre de usuario. Compruebe los espacios y los caracteres especiales.
username-prefill = Contraseña (rellenada por un gestor)
username-forgot = ¿Olvidó su nombre de usuario?
username-forgot-text = Normalmente es su dirección de correo de trabajo. Si no funciona, diríjase a un contacto autorizado de su cuenta.
username-next = Después: su contraseña o la página de su organización
then-back = Después, de vuelta a { $app }
then-on = Después continúa

choose-title = Se encontraron varias cuentas
choose-lead = Su nombre de usuario está asociado a más de una cuenta.
choose-label = Número de cuenta o etiqueta de socio
choose-hint = En su factura, o pregunte a su contacto autorizado
choose-account = Cuenta
choose-prompt = Elegir una cuenta
choose-empty = Elija una cuenta
choose-named-empty = Escriba el número de cuenta o la etiqueta de socio
choose-unknown = No encontramos esa cuenta para este nombre de usuario

password-title = Escriba su contraseña
password-label = Contraseña
password-forgot = ¿Olvidó la contraseña?
password-show = Mostrar la contraseña
password-caps = El bloqueo de mayúsculas está activado
password-empty = Escriba su contraseña
password-wrong = El nombre de usuario y la contraseña no coinciden. Compruebe ambos e inténtelo de nuevo.
password-tries = { $count ->
    [one] Le queda 1 intento antes de una pausa de { $minutes } minutos.
   *[other] Le quedan { $count } intentos antes de una pausa de { $minutes } minutos.
}
password-account = Número de cuenta o etiqueta de socio (opcional)
password-account-hint = Solo si su nombre de usuario está en varias cuentas
sso-button = Inicio de sesión único
sso-with = con { $provider }
sso-organisation = con la cuenta de su organización

offer-title = Iniciar sesión con su organización
offer-password = Escribir su contraseña
offer-next = Después: la página de inicio de sesión de { $account }
offer-next-bare = Después: la página de inicio de sesión de su organización

expired-title = Su contraseña ha caducado
expired-lead = { $days ->
    [one] Se cambió hace 1 día. Elija una nueva para continuar.
   *[other] Se cambió hace { $days } días. Elija una nueva para continuar.
}
must-change-title = Elija una contraseña nueva
must-change-lead = Debe sustituir su contraseña antes de continuar.
soon-title = { $days ->
    [one] Su contraseña caduca en 1 día
   *[other] Su contraseña caduca en { $days } días
}
soon-lead = Cámbiela ahora y no se le interrumpirá más tarde.
soon-now = Cambiar la contraseña
soon-later = Ahora no
sign-out = Cerrar sesión
change-title = Cambiar la contraseña
change-current = Contraseña actual
change-current-wrong = Esa no es su contraseña actual. Compruébela e inténtelo de nuevo.
change-current-empty = Escriba su contraseña actual
change-new = Contraseña nueva
change-repeat = Repetir la contraseña nueva
change-repeat-differs = Las dos contraseñas nuevas son distintas
strength = Seguridad
strength-weak = Débil
strength-fair = Regular
strength-good = Buena
strength-strong = Fuerte
policy-title = Su contraseña nueva debe:
policy-later = Se aplican las reglas de su organización para las contraseñas. Si la nueva no las cumple, la página siguiente dice qué falta.
policy-length = tener de { $min } a { $max } caracteres
policy-length-min = tener al menos { $min } caracteres
policy-number-letter = tener al menos un número y una letra inglesa
policy-number = tener al menos un número
policy-letter = tener al menos una letra inglesa
policy-special = tener al menos uno de { $which }
policy-no-spaces = no tener espacios
policy-only-listed = contener solo letras inglesas, números y { $which }
policy-spaces-fine = nada más: los espacios y cualquier idioma valen
policy-different = ser distinta de la actual
policy-different-history = ser distinta de la actual y de las últimas { $count }
policy-not-leaked = no ser una contraseña conocida por filtraciones
policy-no-context = no ser su nombre, ni el nombre o número de su cuenta
policy-met = cumplido
policy-unmet = aún no cumplido
policy-count = { $met } de { $all } cumplidos
violation-too-short = La contraseña nueva es demasiado corta
violation-too-long = La contraseña nueva es demasiado larga
violation-number = A la contraseña nueva le falta un número
violation-letter = A la contraseña nueva le falta una letra inglesa
violation-special = A la contraseña nueva le falta uno de los caracteres especiales
violation-space = La contraseña nueva no debe tener espacios
violation-other = La contraseña nueva contiene un carácter que no está permitido
violation-leaked = Esta contraseña se conoce por filtraciones. Elija otra.
violation-context = Esta contraseña está hecha de un nombre que otros pueden adivinar
violation-same = Elija una contraseña que no acabe de usar
violation-used = Elija una contraseña que no haya usado hace poco
changed-title = Su contraseña se ha cambiado
changed-first = Su contraseña está establecida
changed-mail = Hemos enviado un correo para confirmarlo.
changed-others = Se cerró la sesión en los demás dispositivos.
changed-continue = Continuar
changed-sign-in = Iniciar sesión
elsewhere-title = Su organización guarda su contraseña
elsewhere-text = { $account } guarda su contraseña. Cámbiela con su organización o contacte con un administrador.
elsewhere-other = Restablecer la contraseña de otro nombre de usuario

forgot-title = Restablecer su contraseña
forgot-lead = Enviamos un correo a la dirección de su nombre de usuario.
forgot-send = Enviar correo
check-title = Revise su correo
check-lead = Si ese nombre de usuario tiene una contraseña aquí, hemos enviado un enlace y un código. Valen durante 15 minutos.
check-code = Código
check-code-hint = Seis cifras del correo
check-wrong = Ese código es incorrecto, ya se usó o es demasiado antiguo. Compruébelo o pida uno nuevo.
check-nothing = ¿Nada después de 2 minutos? Mire en el correo no deseado, o
check-again = enviar de nuevo
confirm-title = ¿Restablecer la contraseña de { $who }?
confirm-lead = Si no lo pidió, cierre esta página. Su contraseña queda como está.
confirm-yes = Sí, continuar
invite-title = Le damos la bienvenida, { $who }
invite-lead = Tiene una invitación. Elija su primera contraseña para empezar.
set-title = Elija una contraseña nueva
set-first-title = Elija su contraseña
set-lead = Para { $username }
over-title = Ese enlace ya no vale
over-text = Ya se usó o es demasiado antiguo. Pida uno nuevo.
over-invite = Pida una invitación nueva a su contacto autorizado, o restablezca su contraseña.
over-again = Enviar un correo nuevo
reopen-title = Abra otra vez el enlace de su correo
reopen-text = Esta página ya no conoce su enlace: estuvo abierta demasiado tiempo, o se abrió otro enlace en este navegador. No se ha cambiado nada.
waited-title = El tiempo de esta página ha terminado
waited-text = Estuvo abierta demasiado tiempo, o la contraseña se estableció en otro lugar entretanto. Pida un correo nuevo.

chooser-title = ¿Quién inicia sesión?
chooser-change = ¿Qué contraseña quiere cambiar?
chooser-email = ¿Qué dirección de correo quiere cambiar?
chooser-own = ¿Qué cuenta quiere ver?
chooser-to = en { $app }
meant-other = La aplicación que le envió aquí se refiere a otra persona, que no tiene la sesión abierta en este navegador.
chooser-other = Usar otra cuenta
chooser-remove = Quitar

pause-title = Demasiados intentos
pause-lead = { $minutes ->
    [one] Puede intentarlo de nuevo en 1 minuto.
   *[other] Puede intentarlo de nuevo en { $minutes } minutos.
}
pause-at = Eso es a las { $time } UTC.
pause-link = Solo el código tiene que esperar. Si el correo lleva un enlace, funciona ahora mismo.
pause-forgot = Si olvidó su contraseña,
pause-reset = restablézcala ahora
busy-title = Mucha gente en este momento
busy-text = Hay tantas personas iniciando sesión que no pudimos comprobar su contraseña. Vuelva atrás e inténtelo en unos segundos.
refused-title = No pudimos terminar su inicio de sesión
refused-reference = Referencia
refused-send = Qué enviar a su administrador
refused-try = Intentar de nuevo
reason-authorize-unknown-application = La aplicación que le envía no es conocida. Ábrala de nuevo o pregunte a sus responsables.
reason-authorize-redirect-uri = La aplicación quiere que vuelva a una dirección que no ha registrado. Pregunte a sus responsables.
reason-authorize-malformed = La aplicación envió una petición que no podemos leer. Ábrala de nuevo o pregunte a sus responsables.
reason-authorize-request-uri = Este inicio de sesión es antiguo o ya se abrió una vez. Vuelva a la aplicación y ábrala de nuevo.
reason-change-return-to = La dirección de vuelta no está registrada por la aplicación.
reason-logout-redirect-uri = Después se quedará aquí: la dirección de vuelta no está registrada por la aplicación, o esta no dice cuál es. Pregunte a sus responsables.
reason-password-changed-meanwhile = Mientras cambiaba aquí su contraseña, se estableció otra en otro lugar. Es esa la que vale, y no se ha guardado nada de este formulario.
reason-discovery-application-not-in-region = Esta aplicación no está disponible en la región de su cuenta.
reason-discovery-account-suspended = La cuenta de su organización está suspendida. Diríjase a un contacto autorizado de su cuenta.
reason-discovery-no-connection = No conocemos un inicio de sesión único para esto. Use su contraseña o contacte con un administrador.
reason-discovery-not-entitled = El contrato de su organización no incluye el inicio de sesión único. Diríjase a un contacto autorizado.
reason-discovery-second-factor = Esta aplicación pide un segundo factor, y el suyo no se pudo verificar.
reason-sso-not-ready = La página de su organización aún no es accesible desde aquí. Contacte con un administrador.
reason-request-foreign-origin = Esta petición venía de otro sitio, así que no hicimos nada. Si era lo que quería, hágalo en nuestra propia página.
reason-request-address-too-long = La dirección de esta petición es más larga que todas las nuestras. Vuelva a donde estaba e inténtelo de nuevo.
reason-request-body-too-long = Lo enviado es más grande que todo lo que pedimos. Vuelva atrás y envíe menos: una imagen o un archivo más pequeño, o un texto más corto.
reason-request-too-slow = La petición no llegó entera a tiempo. Compruebe su conexión e inténtelo de nuevo.
reason-request-not-a-form = Esta dirección solo acepta datos de formulario corrientes. Vuelva atrás y envíe el formulario de nuestra propia página.
reason-request-malformed = No podemos leer lo enviado. Vuelva atrás e inténtelo de nuevo.

leave-title = Iniciando sesión en { $app }
leave-title-bare = Iniciando sesión
meanwhile = Ha iniciado sesión en otra pestaña. Continuamos a { $app }.
leave-text = si no ocurre nada
leave-continue = Continuar
signout-title = ¿Cerrar sesión?
signout-lead = Esto termina su sesión en este navegador para todas las aplicaciones.
signout-whose = Varias personas tienen la sesión abierta en este navegador. ¿Quién la cierra?
signout-everybody = Todas
signout-here = Con la sesión abierta en este navegador:
signout-yes = Cerrar sesión
signout-stay = Seguir con la sesión
signedout-title = Ha cerrado sesión
signedout-text = Puede que siga con sesión en aplicaciones abiertas.
signedout-of = Ha cerrado sesión en { $app } y en todo lo demás de este navegador.
signedout-others = Siguen con la sesión abierta en este navegador:
where-title = Ha iniciado sesión. ¿Adónde?
where-none = Ninguna aplicación de su cuenta tiene página de inicio.
where-as = Con sesión como { $who }

error-404-title = No hay nada en esta dirección
error-404-text = Compruebe la dirección o empiece de nuevo.
error-405-title = Así no funciona
error-405-text = Esta dirección no acepta ese tipo de petición. Vuelva a la página anterior o empiece de nuevo.
error-413-title = Eso es demasiado
error-415-title = No podemos leer eso
error-429-title = Demasiados intentos
error-500-title = Algo salió mal aquí
error-500-text = Es culpa nuestra. Inténtelo de nuevo y díganos la referencia si vuelve a ocurrir.
error-503-title = El inicio de sesión no está disponible ahora
error-503-text = Lo sabemos. Inténtelo de nuevo en un momento.
error-start = Iniciar sesión

language-title = Elegir un idioma
help-title = Ayuda
help-username = Su nombre de usuario es normalmente su dirección de correo de trabajo. Si no funciona, diríjase a un contacto autorizado de su cuenta.
help-password = Si olvidó su contraseña, pida que se le envíe un correo. Si su organización la guarda, su servicio de ayuda puede restablecerla.
help-several = Si su nombre de usuario está en varias cuentas, el número de cuenta de su factura dice a cuál se refiere.
help-contact = Cuando contacte por un problema, dé la referencia de la página. Encuentra lo que pasó y no dice nada de usted.
privacy-title = Privacidad
privacy-text = Esta página guarda lo que necesita para iniciar su sesión: su nombre de usuario, cuándo y desde dónde inició sesión y en qué aplicación. Usa cookies para eso y para nada más. No carga nada de otros sitios.

# The person's own page
own-title = Su cuenta
own-lead = Sesión iniciada como { $who }
own-sessions = Dónde ha iniciado sesión
own-here = Este navegador
own-used = Último uso: { $time } UTC
own-applications = Aplicaciones
own-none = Ninguna aplicación recuerda su sesión.
own-all-text = Esto cierra todas las sesiones y todas las aplicaciones, también en este navegador.
own-all = Cerrar sesión en todas partes
own-done = Ha terminado.
own-device = Dispositivo desconocido
own-start = Sus aplicaciones
