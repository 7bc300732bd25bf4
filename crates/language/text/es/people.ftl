people-add = Añadir una persona
people-by-mail = La persona recibe un correo con el que elige una contraseña. El enlace vale unos días y una sola vez.
people-at-provider = El inicio de sesión único está activado: la persona inicia sesión en el proveedor de su organización y no recibe ningún correo desde aquí.
people-username-hint = Tal como la persona lo escribe al iniciar sesión, casi siempre el correo del trabajo.
people-email-hint = A dónde va el correo. Déjelo vacío si es el nombre de usuario.
people-given = Nombre
people-family = Apellidos
people-submit = Añadir
people-submit-invite = Añadir y enviar la invitación
people-mixed = Este nombre de usuario mezcla letras de varios alfabetos. Podría confundirse con el de otra persona.
people-email-foreign = Otra cuenta ha verificado el dominio de esta dirección de correo.
people-email-malformed = Escriba una dirección de correo, por ejemplo nombre@example.com
people-no-mailbox = Escriba una dirección de correo: la invitación va allí
people-name-unfit = Como máximo 100 caracteres, y ninguno invisible
people-too-many = En una hora se añaden como máximo { $most } personas. Inténtelo más tarde.
people-said-added = Añadida. La persona inicia sesión en el proveedor.
people-said-invited = Añadida, y la invitación está en camino.
people-said-not-sent = Añadida, pero no se pudo enviar la invitación. Envíela de nuevo desde aquí.
people-invite = Invitar a { $name }
people-mail-password = Enviar correo de contraseña
people-said-mailed = El correo para elegir la contraseña está en camino.
portal-said-not-mailed = No se envió ningún correo: falta un buzón, ninguna contraseña contaría, o se enviaron tres en la última hora.
people-event-added = Persona añadida
people-event-mailed = Correo de contraseña enviado

applications = Aplicaciones
applications-text = Dónde pueden iniciar sesión las personas de esta cuenta. Quien opera la instalación registra las aplicaciones.
applications-none = Todavía no hay ninguna aplicación para esta cuenta.
applications-name = Aplicación
applications-kind = Tipo
applications-kind-web = Aplicación web
applications-kind-desktop = En un ordenador
applications-kind-mobile = En un teléfono o tableta
applications-kind-extension = Extensión del navegador
applications-regions = Disponible en
applications-everywhere = En todas partes
applications-as-account = Como lo ofrece la cuenta
applications-button = Con un botón de inicio de sesión único
applications-redirect = Directamente en el proveedor
applications-second-factor = En el proveedor, con un segundo factor
applications-password = Solo con la contraseña de la cuenta
applications-administrators = Con la contraseña de la cuenta, hasta que los administradores entren con inicio de sesión único.
applications-is-default = Predeterminada
applications-default = Aplicación predeterminada
applications-default-text = La abren un mosaico en su proveedor de identidad y una prueba desde su consola.
applications-no-default = Ninguna: la persona elige
applications-opens = Un mosaico abre
applications-save = Guardar
applications-no-start = { $name } no tiene dirección de inicio, así que un mosaico no puede abrirla. Elija otra.
applications-gone = La aplicación predeterminada ya no está disponible para esta cuenta. Elija otra.
applications-see = Aplicaciones
applications-said-chosen = Se cambió la aplicación predeterminada.
applications-said-unknown = No se cambió nada: esta cuenta no tiene esa aplicación, o no tiene dirección de inicio.
applications-event = Aplicación predeterminada cambiada

portal-cert-weak = Firmado con SHA-1
portal-cert-weak-text = Está firmado con un método anticuado (SHA-1 o MD5). Eso no dice nada de su clave y puede usarse; encargue uno nuevo cuando pueda.

mail-moved-subject = Ahora inicia sesión con { $account }
mail-moved-text = Desde el { $date }, sus aplicaciones piden su cuenta de { $provider } en lugar de una contraseña aparte.
mail-moved-how = Empiece como antes con { $username } y elija después «Inicio de sesión único».
mail-moved-kept = Su contraseña de aquí sigue valiendo.
mail-moved-gone = Su contraseña anterior ya no se usa.
mail-moved-portal = Su contraseña de aquí solo abre ya el portal de la cuenta.
mail-moved-button = Iniciar sesión
setup-tell = Avisar a estas personas de que ahora inician sesión en el proveedor
setup-tell-hint = Nadie recibe el correo dos veces en un día.
people-event-told = Personas avisadas del inicio de sesión único

# Emergency access
emergency = Acceso de emergencia
emergency-give = Dar acceso de emergencia
emergency-take = Quitarlo
emergency-has = Esta persona entra con la contraseña de la cuenta, haga lo que haga el proveedor de identidad. Cada uso se comunica a los administradores por correo.
emergency-none = Con él, esta persona entra con la contraseña de la cuenta, haga lo que haga el proveedor de identidad. Déselo a una o dos personas que puedan reparar la cuenta, e imprima códigos para la caja fuerte.
emergency-left = { $left ->
    [0] No queda ningún código impreso de la hoja del { $date }.
    [one] Queda 1 código impreso de la hoja del { $date }.
   *[other] Quedan { $left } códigos impresos de la hoja del { $date }.
}
emergency-no-codes = No hay códigos impresos. Cada uno sirve una vez en lugar de la contraseña, cuando ya nadie la sabe y no llega ningún correo.
emergency-print = Crear códigos para imprimir
emergency-print-new = Crear códigos nuevos para imprimir
emergency-sheet = Códigos de emergencia
emergency-once = Solo se muestran ahora. Imprima esta página o anote los códigos, y guárdelos donde los encuentre cuando no funcione nada más.
emergency-how = Cuando falle la vía habitual: escriba el nombre de usuario y uno de estos códigos en lugar de la contraseña. Cada uno sirve una vez. Entre en
emergency-before = Los códigos impresos antes de esta hoja ya no funcionan.
emergency-to-printer = Imprimir
emergency-kept = Los he guardado
emergency-said-given = Esta persona tiene ahora acceso de emergencia.
emergency-said-taken = Esta persona ya no tiene acceso de emergencia. Los códigos impresos ya no funcionan.
emergency-federated = El acceso de emergencia y sus códigos piden iniciar sesión aquí con la contraseña. Usted ha entrado con el inicio de sesión único: cierre la sesión y entre con la contraseña.
emergency-event = Acceso de emergencia cambiado
emergency-event-codes = Códigos de emergencia impresos
emergency-event-ended = Códigos de emergencia terminados
emergency-event-used = Código de emergencia usado

# Whom people ask
contact = A quién preguntar por el inicio de sesión
contact-hint = Por ejemplo, «Soporte, +34 910 00 00 00». Aparece al pie de las páginas de inicio de sesión en cuanto se conoce la cuenta de la persona, y en el correo para quien olvida una contraseña que lleva su organización. Vacío: no se nombra a nadie.
contact-save = Guardar a quién preguntar
contact-line = ¿Preguntas sobre el inicio de sesión? { $contact }
contact-saved = Guardado: todos lo leen desde ahora.
contact-characters = Escriba una sola línea con caracteres visibles
contact-too-long = Como máximo 120 caracteres
contact-address = Sin direcciones web: en estas páginas se escriben contraseñas. Indique un nombre, un teléfono o un correo electrónico

# Guessing
portal-guessing = Cuando alguien adivina
portal-guessing-network = { $hours ->
    [one] Tras { $limit } contraseñas erróneas para un nombre de usuario desde una red en una hora, hay una pausa de { $pause } minutos; el doble cada vez, { $longest } como máximo.
   *[other] Tras { $limit } contraseñas erróneas para un nombre de usuario desde una red en { $hours } horas, hay una pausa de { $pause } minutos; el doble cada vez, { $longest } como máximo.
}
portal-guessing-anywhere = Tras { $limit } desde cualquier lugar en { $hours } horas, hay una pausa de { $pause } minutos para desconocidos; { $longest } como máximo.
portal-guessing-ends = Cada pausa termina por sí sola. Un navegador en el que la persona ya inició sesión se cuenta aparte: ningún desconocido deja fuera a nadie.

# Domains on the first page
portal-home-domain-lost = Falta el registro que verifica { $domain }. Si no vuelve antes del { $until }, sus nombres de usuario dejarán de llevar aquí.
portal-home-domain-off = { $domain } ya no lleva a nadie aquí: el registro que lo verifica faltó demasiado tiempo.
portal-home-domain-to-prove = { $domain } aún no está verificado y no lleva a nadie aquí.
