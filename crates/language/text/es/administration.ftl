# Administration of an account: at the door
reason-portal-no-account = No hay nada en esta dirección.
reason-portal-setup-over = El enlace ha caducado o se ha terminado, o esta página ha estado media hora sin uso. Abra el enlace otra vez; si no funciona, pida uno nuevo a quien se lo envió.

# What happened, in Activity
portal-event-signed-in = Sesión iniciada en el portal de la cuenta
portal-event-signed-out = Sesión cerrada en el portal de la cuenta
portal-event-portal-refused = Rechazado por el portal de la cuenta
portal-event-admin-sso = Inicio de sesión de administradores cambiado
portal-event-domain = Dominio cambiado
portal-event-passwords = Reglas de contraseñas cambiadas

# Administrators
portal-administrators = Administradores
portal-administrators-text = Quién puede hacer qué en este portal. Nadie da ni quita más de lo que puede hacer por sí mismo.
portal-administrators-none = Nadie en esta cuenta tiene un rol.
portal-role = Rol
portal-role-operator = Operador de la instalación
portal-role-operator-text = Opera la instalación y ve todas las cuentas.
portal-role-partner = Socio
portal-role-partner-text = Se ocupa de esta cuenta y de las cuentas que dependen de ella.
portal-role-administrator = Administrador de la cuenta
portal-role-administrator-text = Todo en esta cuenta, también los roles.
portal-role-security = Responsable de seguridad
portal-role-security-text = Usuarios, lista de excepciones, inicio de sesión único, dominios y contraseñas; roles no.
portal-role-helpdesk = Soporte
portal-role-helpdesk-text = Lo ve todo y vuelve a enviar invitaciones.
portal-role-auditor = Auditoría
portal-role-auditor-text = Lo ve todo y se lleva la actividad como archivo.
portal-username = Nombre de usuario
portal-give-role = Dar un rol
portal-give-hint = Alguien que ya es usuario de esta cuenta, también si solo está invitado.
portal-give-submit = Dar el rol
portal-give-unknown = Nadie en esta cuenta tiene este nombre de usuario
portal-give-not-active = Este usuario no puede iniciar sesión: déjelo entrar de nuevo primero
portal-no-password-here = No tiene contraseña aquí, y el portal pide una
portal-said-role-given = El rol está dado. Vale desde el próximo inicio de sesión en el portal.
portal-said-role-taken = El rol está quitado, y la sesión de la persona en el portal se ha cerrado.
portal-said-too-much = No se cambió nada: ese rol permite aquí más que el suyo.
portal-admin-sso = Cómo inician sesión los administradores
portal-admin-sso-off = Con su contraseña de aquí
portal-admin-sso-on = También el inicio de sesión único
portal-admin-sso-off-text = Los administradores inician sesión en este portal con una contraseña propia, también donde el inicio de sesión único está activado. Así nadie se queda fuera cuando falla el proveedor de identidad, y quien se apodere de él no administra nada.
portal-admin-sso-on-text = Los administradores inician sesión en este portal como en todas partes. Quien está en la lista de excepciones o tiene el acceso de emergencia conserva su contraseña; al menos uno de ellos sigue siendo administrador.
portal-admin-sso-turn-on = Permitir el inicio de sesión único a los administradores
portal-admin-sso-turn-off = Volver a pedir la contraseña a los administradores
portal-said-admin-sso-on = Los administradores pueden usar el inicio de sesión único desde ahora.
portal-said-admin-sso-off = Los administradores vuelven a iniciar sesión con su contraseña. A quien entró por el inicio de sesión único se le ha cerrado la sesión del portal.

# Domains
portal-domains = Dominios
portal-domains-text = Quien escribe un nombre de usuario de un dominio verificado llega al inicio de sesión de esta cuenta.
portal-domains-none = Esta cuenta aún no tiene dominio.
portal-domain = Dominio
portal-domain-hint = Lo que sigue a la @ en sus nombres de usuario, por ejemplo northwind.example. Una parte de él es un dominio aparte.
portal-domain-add = Añadir el dominio
portal-domain-none = Escriba un nombre de dominio, por ejemplo northwind.example
portal-domain-already = Este dominio ya está en la lista
portal-domain-everybodys = Allí cualquiera puede tener un buzón, así que este dominio no es de nadie. Use un dominio de su organización.
portal-domain-too-many = Una cuenta tiene como máximo { $most } dominios; abandone antes uno
portal-domain-proved = Verificado el { $date }
portal-domain-not-proved = Aún no verificado
portal-domain-proved-text = Los nombres de usuario que terminan en @{ $domain } llevan a esta cuenta.
portal-domain-no-proof = Nadie ha empezado aún a verificarlo.
portal-domain-begin = Empezar a verificarlo
portal-domain-check = Comprobar ahora
portal-domain-give-up = Abandonar el dominio
portal-domain-give-up-people = { $people ->
    [0] Nadie tiene un nombre de usuario de este dominio.
    [one] 1 persona tiene un nombre de usuario de este dominio.
   *[other] { $people } personas tienen un nombre de usuario de este dominio.
}
portal-domain-give-up-text = Quien escriba un nombre así ya no llega a su inicio de sesión antes de que se sepa quién es, y se rechaza lo que el proveedor diga de esas personas. Puede recuperarlo aquí durante 24 horas; después, añada el dominio de nuevo y verifíquelo con un registro nuevo.
portal-domain-steps = Verifique que { $domain } es suyo: añada este registro TXT donde se gestiona su DNS y compruebe después.
portal-domain-record-name = Nombre
portal-domain-record-value = Valor
portal-domain-hint-name = Algunas páginas de DNS añaden el dominio por sí mismas; entonces escriba solo _signin-check como nombre.
portal-domain-looked = Hemos buscado el registro:
portal-found-nothing = No hay ningún registro TXT con este nombre. Uno nuevo puede tardar unos minutos.
portal-found-others = Estos registros TXT están ahí, y ninguno es el correcto:
portal-found-bare = El valor está en el propio dominio. Tiene que estar bajo el nombre de arriba.
portal-found-elsewhere = El registro correcto está bajo otro nombre:
portal-found-no-answer = Los servidores de nombres de este dominio no respondieron. Inténtelo de nuevo en unos minutos.
portal-found-taken = El registro es correcto, pero otra cuenta ya ha verificado este dominio. Pregunte a quien opera este inicio de sesión.
portal-said-domain-added = El dominio está en la lista. No vale nada hasta que esté verificado.
portal-said-domain-proved = El dominio está verificado y vale desde ahora.
portal-said-domain-not-yet = Aún no verificado. El panel del dominio dice lo que encontramos en su lugar.
portal-said-domain-given-up = El dominio está abandonado: ya no trae a nadie aquí.

# Passwords
portal-passwords = Contraseñas
portal-passwords-people = { $people ->
    [one] { $people } persona tiene una contraseña aquí
   *[other] { $people } personas tienen una contraseña aquí
}
portal-profile = Perfil
portal-profile-classic = Clásico
portal-profile-classic-text = De 8 a 16 caracteres con letra, número y carácter especial; se cambia cada 90 días.
portal-profile-modern = Moderno
portal-profile-modern-text = Al menos 15 caracteres de cualquier tipo, y ningún cambio sin motivo.
portal-expires = Las contraseñas duran { $days } días.
portal-expires-never = Las contraseñas no caducan.
portal-expired-now = { $people ->
    [0] Ninguna ha caducado.
    [one] { $people } persona tiene que elegir una nueva en el próximo inicio de sesión.
   *[other] { $people } personas tienen que elegir una nueva en el próximo inicio de sesión.
}
portal-policy-needs = Cómo debe ser una contraseña
portal-against = Lo que va contra las recomendaciones
portal-against-none = Nada
portal-against-count = { $count ->
    [one] { $count } punto
   *[other] { $count } puntos
}
portal-against-source = Recomendaciones de NIST SP 800-63B-4 para contraseñas que son la única prueba.
portal-against-length = Se aceptan menos de 15 caracteres: las contraseñas cortas se adivinan.
portal-against-long = Se rechazan contraseñas de 64 caracteres: una frase no cabe.
portal-against-composition = Se exigen tipos de caracteres: entonces se elige lo que es fácil de adivinar.
portal-against-characters = No se acepta cualquier carácter, por ejemplo el espacio no.
portal-against-expiry = Las contraseñas tienen que cambiarse sin motivo: entonces se cuenta a partir de la anterior.
portal-against-blocklist = Se aceptan contraseñas conocidas o fáciles de adivinar.
portal-policy-lasts = Perfil y caducidad
portal-policy-days = Días hasta que caduca una contraseña
portal-policy-days-hint = 0–{ $most } (0: nunca).
portal-policy-history = Contraseñas anteriores que se rechazan
portal-policy-history-hint = 0–{ $most }, además de la actual.
portal-policy-number = Escriba un número dentro de estos límites
portal-policy-concerns = { $people ->
    [one] { $people } persona más tendrá que elegir una contraseña nueva en el próximo inicio de sesión. Aún no se ha guardado nada.
   *[other] { $people } personas más tendrán que elegir una contraseña nueva en el próximo inicio de sesión. Aún no se ha guardado nada.
}
portal-policy-save = Guardar
portal-policy-save-all-the-same = Guardar de todos modos
portal-said-policy-saved = Las reglas están guardadas. Valen para cada contraseña que se ponga desde ahora.

# Enlaces de configuración, para alguien de fuera
portal-event-setup-link = Enlace de configuración
portal-event-setup-opened = Enlace de configuración abierto
portal-event-setup-left = Enlace de configuración abandonado
portal-said-link-ended = El enlace ha terminado. Quien está aquí por él queda fuera al instante.
setup-links = Enlaces de configuración
setup-links-text = ¿Otra persona se ocupa de su proveedor o de su DNS? Un enlace le permite introducir sus valores, probar el inicio de sesión y verificar dominios. No ve a ningún usuario ni activa nada.
setup-links-none = Todavía no se ha creado ningún enlace de configuración.
setup-link = Enlace
setup-link-for = Para
setup-link-made = Creado
setup-link-new = Una conexión nueva, que se añade con él
setup-link-hours = Vale durante
setup-link-days = { $count ->
    [one] { $count } día
   *[other] { $count } días
}
setup-link-so-many-hours = { $count ->
    [one] { $count } hora
   *[other] { $count } horas
}
setup-link-email = Dirección de correo, si debemos enviarlo
setup-link-email-hint = Sin dirección, usted mismo pasa el enlace.
setup-link-make = Crear el enlace
setup-link-connection-wrong = Elija una de estas conexiones
setup-link-hours-wrong = Elija un tiempo de 1 hora a { $days } días
setup-link-email-wrong = Introduzca una dirección de correo, por ejemplo kim@example.com, o deje el campo vacío
setup-link-too-many = Esta cuenta ha creado { $most } enlaces en un día; cree más mañana
setup-link-here = Aquí está el enlace
setup-link-once = Solo se muestra ahora
setup-link-care = Quien lo tenga puede abrirlo hasta que termine. Solo se guarda su huella, así que nadie puede mostrarlo otra vez; cada uso figura en la actividad con su referencia.
setup-link-mailed = Lo enviamos a
setup-link-works = Vale
setup-link-ended = Terminado
setup-link-over = Caducado
setup-link-dead = Ya no vale: quien lo creó ya no puede hacerlo
setup-link-opened = Abierto por última vez:
setup-link-end = Terminar el enlace
setup-link-of = Enlace de configuración { $reference }
setup-leave = He terminado aquí
setup-errand = { $name } le pide que prepare esto. No afecta a nadie hasta que { $name } lo active.
setup-works-until = El enlace vale hasta:
setup-turn-theirs = Este paso es de { $name }, cuando una prueba haya salido bien. Antes no afecta a nadie.
setup-turn-theirs-now = Una prueba ha salido bien: su parte está hecha. { $name } lo mira y lo activa.
setup-said-is-on = Hay personas que inician sesión con esta conexión. Lo que usted introduce espera a que un administrador de la cuenta lo acepte.
setup-tested-by-link = por el enlace de configuración { $reference }
setup-offer = Configurar un inicio de sesión
setup-offer-next = El inicio de sesión de la cuenta
setup-asks = { $name } le pide que conecte { $provider }.
setup-asks-any = { $name } le pide que conecte el proveedor de identidad de su organización.
setup-nobody-yet = Lleva unos 15 minutos y no afecta a nadie hasta que { $name } lo active.
setup-until = El enlace vale hasta el { $date }, { $time } (UTC).
setup-ends-portal = Está en el portal de la cuenta como { $name }. En este navegador, eso termina cuando abra el enlace.
setup-open = Empezar
setup-account-number = cuenta { $number }
setup-left = Ha terminado aquí
setup-left-text = Lo que ha introducido queda guardado. El enlace lo abre de nuevo mientras valga.
setup-over = Este enlace de configuración no funciona ahora

# La página de inicio de sesión
appearance = Página de inicio de sesión
appearance-text = El color de su organización en las páginas de inicio de sesión, en cuanto se conoce la cuenta de una persona. La primera página conserva el del producto, para que nadie pueda darle el aspecto de otra.
appearance-event = Aspecto de las páginas de inicio de sesión cambiado
appearance-colour = Color
appearance-colour-hint = Seis cifras como en su manual de estilo, por ejemplo #0b5a58. Vacío: el del producto.
appearance-no-colour = Introduzca un color como #0b5a58
appearance-unreadable = El texto sobre este color tiene un contraste de { $ratio } : 1, y hace falta al menos { $least } : 1. La muestra enseña el tono legible más cercano.
appearance-nearest = Usar { $colour }
appearance-save = Guardar
appearance-preview = Vista previa
appearance-sample = Muestra
appearance-now = Como está ahora
appearance-not-saved = Todavía sin guardar
appearance-contrast = contraste { $ratio } : 1
appearance-light = Claro
appearance-dark = Oscuro, para quien lo pide en su dispositivo
appearance-saved = El color está guardado y se ve desde ahora.
logo = Logotipo
logo-file = Imagen
logo-hint = PNG, JPEG o WebP, como máximo 50 KB y 2000 × 2000 píxeles. Se reduce al tamaño en que se muestra y está sobre fondo blanco encima del inicio de sesión, en cuanto se conoce la cuenta de una persona.
logo-keep = Sin archivo se queda la actual.
logo-alt = Texto para quien no la ve
logo-alt-hint = Lo dice un lector de pantalla y ocupa el lugar de la imagen cuando falta. Casi siempre, el nombre de su organización; como máximo 120 caracteres.
logo-alt-empty = Escriba lo que dice un lector de pantalla en lugar del logotipo, por ejemplo el nombre de su organización
logo-send = Mostrarla en la muestra
logo-waiting = La imagen está en la muestra de abajo. Nadie más la ve todavía.
logo-use = Usar este logotipo
logo-remove = Quitar el logotipo
logo-empty = Elija una imagen
logo-too-long = El archivo ocupa más de 50 KB. Elija uno más pequeño
logo-kind = El archivo no es PNG, JPEG ni WebP
logo-svg = Es un SVG. Expórtelo como PNG, de al menos 480 píxeles de ancho, y elija ese archivo
logo-too-large = La imagen supera 2000 × 2000 píxeles. Redúzcala
logo-damaged = La imagen no se puede leer. Guárdela de nuevo en su programa y elíjala otra vez
logo-too-detailed = La imagen tiene demasiados detalles para un logotipo. Elija una con menos colores y que no sea una fotografía
portal-said-logo-saved = El logotipo está guardado y se ve desde ahora.
portal-said-logo-removed = El logotipo se ha quitado.
