# The account portal: frame
portal-name = Portal de la cuenta
portal-nav = Cuenta
portal-home = Inicio
portal-users = Usuarios
portal-exclusions = Lista de excepciones
portal-activity = Actividad
portal-accounts = Cuentas
portal-visiting = No es su propia cuenta
portal-date = { $day } de { $month } de { $year }
portal-today = hoy { $time }
portal-yesterday = ayer { $time }
portal-more = Más
portal-first = Volver al principio
portal-more-label = Páginas de esta lista
portal-search = Buscar
portal-utc = Horas en UTC

# At the door
portal-no-role = El portal de la cuenta no está abierto para usted
reason-portal-no-role = Ha iniciado sesión, pero nadie le ha dado un rol en el portal de la cuenta. Pregunte a un administrador de su organización o a quien gestiona este inicio de sesión.
portal-not-allowed = Su rol no incluye esto
reason-portal-not-allowed = No se ha cambiado nada. Un administrador de la cuenta puede hacerlo, o encargarse de que usted pueda.
portal-to-start = A la primera página de su cuenta
portal-not-signed-in = No se ha iniciado su sesión
reason-portal-not-signed-in = El inicio de sesión terminó sin decir quién es usted. Inténtelo de nuevo.

# Home
portal-sso = Inicio de sesión único
portal-sso-not-entitled = No está en su contrato
portal-sso-off = Desactivado
portal-sso-testing = En preparación
portal-sso-pilot = Para algunos
portal-sso-domains = Para los dominios verificados
portal-sso-on = Activado
portal-sso-outage = Proveedor ausente
portal-connection-draft = Borrador
portal-connection-tested = Probada
portal-connection-retired = Retirada
portal-affected = { $there ->
    [one] 1 persona inicia sesión en el proveedor, { $here } con contraseña
   *[other] { $there } personas inician sesión en el proveedor, { $here } con contraseña
}
portal-affected-none = Todos inician sesión con contraseña
portal-no-connection = Ningún proveedor de identidad está conectado a esta cuenta.
portal-no-settings = Aún no se ha introducido nada.
portal-certificates = Certificados de firma
portal-cert-good = Válido hasta el { $date }
portal-cert-ends = { $days ->
    [0] Caduca hoy
    [one] Caduca en 1 día
   *[other] Caduca en { $days } días
}
portal-cert-over = Caducó el { $date }
portal-provider-away = La página de inicio de sesión del proveedor no responde ({ $why }).
portal-provider-address = En la dirección introducida no hay ningún documento del proveedor ({ $why }). Compare la dirección con la consola del proveedor.
portal-provider-metadata = No se pueden leer los metadatos del proveedor ({ $why }). El acceso sigue con los valores que hay.
portal-provider-keys = No se pueden leer las claves del proveedor ({ $why }).
portal-provider-good-at = La última vez que funcionó fue el { $date }.
portal-provider-never = Todavía no ha funcionado nunca.
portal-provider-returns = Se rechazaron { $failed } de las últimas { $all } respuestas del proveedor.
portal-provider-waiting = El proveedor publica otros valores desde el { $date }. Esperan a que alguien los mire.
portal-provider-outage = Permitir contraseñas durante unas horas
portal-provider-look = Verlos
portal-cert-not-yet = Aún no es válido
portal-failures = Inicios de sesión fallidos en las últimas 24 horas
portal-failures-none = Ninguno
portal-failures-none-text = No se rechazó a nadie.
portal-failures-count = { $count } fallidos
portal-failures-people = { $people ->
    [0] No se pueden atribuir a nadie: el nombre era desconocido o faltaba.
    [one] Afectan a 1 persona.
   *[other] Afectan a { $people } personas.
}
portal-last-failure = El último fue
portal-failures-see = Verlos en la actividad

# Users
portal-user = Usuario
portal-state = Estado
portal-state-active = Activo
portal-state-invited = Invitado
portal-state-suspended = Suspendido
portal-state-gone = Dado de baja
portal-signs-in = Inicia sesión con
portal-way-sso = Inicio de sesión único
portal-way-password = Contraseña
portal-way-excluded = Contraseña (lista de excepciones)
portal-way-emergency = Contraseña (acceso de emergencia)
portal-last = Último inicio de sesión
portal-never = Nunca
portal-search-users = El nombre de usuario empieza por
portal-filter = Mostrar
portal-filter-all = Todos
portal-filter-unmatched = El nombre de usuario no coincide
portal-users-none = No hay nadie en esta lista.
portal-users-unknown = Ningún nombre de usuario empieza así. Solo se compara el principio, no el medio.

# One user
portal-facts = Sobre esta persona
portal-email = Correo
portal-no-email = Ninguno: no se puede enviar correo
portal-password = Contraseña aquí
portal-password-set = Definida
portal-password-none = Ninguna
portal-groups = Grupos
portal-places = Sesiones abiertas
portal-places-none = Sin sesiones abiertas.
portal-since = Sesión iniciada
portal-used = último uso
portal-end-sessions = Cerrar todas las sesiones
portal-invite = Enviar la invitación de nuevo
portal-why = ¿Por qué no puede iniciar sesión?
portal-exclude = Poner en la lista de excepciones
portal-include = Quitar de la lista de excepciones
portal-is-excluded = Inicia sesión con contraseña, también donde otros usan el inicio de sesión único.
portal-not-excluded = No está en la lista: inicia sesión según los ajustes de la cuenta.
portal-added = Añadido
portal-added-by = Añadido por { $by } el { $date }
portal-added-above = Añadido el { $date } por alguien que atiende su cuenta
portal-added-file = Añadido al configurar la cuenta
portal-access = Acceso
portal-suspend = Suspender
portal-suspend-text = Una persona suspendida no puede iniciar sesión y se cierran al instante todas sus sesiones. No se pierde nada más.
portal-resume = Readmitir
portal-resume-text = Esta persona no puede iniciar sesión ahora. Readmitida, todo queda como antes.
portal-user-activity = Ver a esta persona en la actividad
reason-portal-form = Esta página estuvo abierta demasiado tiempo y no se hizo nada. Elija de nuevo.
portal-said-changed = Ya es así, o alguien lo ha cambiado entretanto. Este es el estado actual.
portal-meanwhile = Entretanto:
portal-said-oneself = Aquí no se puede quitar el propio acceso. Otro administrador puede hacerlo, y sus propias sesiones están en su página de cuenta.
portal-said-wider = Esta persona tiene en el portal un rol más amplio que el suyo. Alguien con ese rol puede hacerlo.
portal-said-last = No se ha cambiado nada: después nadie podría dar acceso a los demás. Dé primero el rol a otra persona.
portal-said-no-passwords = No se ha cambiado nada: esta cuenta no permite contraseñas, así que la lista de excepciones no dejaría entrar a nadie.
portal-said-not-sent = No se envió ninguna invitación: falta un buzón, o se enviaron tres en la última hora.
portal-said-invited = La invitación está en camino.
portal-said-suspended = La persona está suspendida y sin sesiones abiertas.
portal-said-resumed = La persona puede volver a iniciar sesión.
portal-said-signed-out = Se han cerrado todas las sesiones de la persona.
portal-said-excluded = La persona está ahora en la lista de excepciones y verá la página de la contraseña en el próximo inicio de sesión.
portal-said-included = La persona ya no está en la lista de excepciones e inicia sesión como las demás.

# Why
portal-why-app = Aplicación
portal-why-ask = Preguntar
portal-why-nothing = Hasta donde vemos, nada lo impide.
portal-why-invited = La invitación aún no se ha aceptado. Envíela de nuevo y pida que busquen el correo.
portal-why-suspended = La persona está suspendida. Readmitida, puede iniciar sesión.
portal-why-gone = La persona fue dada de baja en la cuenta.
portal-why-account = Toda la cuenta está suspendida.
portal-why-refused = Los ajustes de la cuenta no dejan entrar a nadie así: mire el estado del inicio de sesión único.
portal-why-no-password = Se pide una contraseña y esta persona no tiene ninguna. Puede definirla con «¿Ha olvidado la contraseña?».
portal-why-second-factor = La aplicación pide un segundo factor y una contraseña no aporta ninguno. Esta persona tiene que entrar con el inicio de sesión único.
portal-why-not-in-pilot = El inicio de sesión único está activado solo para algunas personas, y esta no está entre ellas. No tiene ninguna contraseña que valga en su lugar.
portal-why-certificates = Todos los certificados del proveedor han caducado o aún no son válidos. Introduzca el actual en «Inicio de sesión único».
portal-why-domain = El proveedor nombra a esta persona con una dirección de un dominio que la cuenta no ha verificado, así que su palabra no cuenta. Verifique el dominio o cambie el nombre.
portal-why-no-email = El proveedor nombra a las personas por su dirección de correo, y esta persona no tiene ninguna aquí.
portal-why-no-external-id = El proveedor nombra a las personas por un identificador externo, y esta persona no tiene ninguno aquí.
portal-why-several = Otra persona de la cuenta tiene la misma dirección de correo o el mismo identificador externo: el proveedor no nombra entonces a ninguna de las dos.
portal-why-would = Lo que hace la página de inicio de sesión
portal-would-redirect = Para { $app }, esta persona es llevada de inmediato a { $provider }.
portal-would-button = Para { $app }, se ofrece a esta persona el inicio de sesión único con { $provider }.
portal-would-both = Para { $app }, esta persona puede usar { $provider } o la contraseña de la cuenta.
portal-would-password = Para { $app }, se pide a esta persona la contraseña de la cuenta.
portal-would-refuse = Para { $app }, no se deja entrar a nadie de esta cuenta.
portal-why-rules = Las reglas en su orden, para el soporte
portal-why-attempts = Últimos intentos
portal-why-no-attempts = Ninguno registrado.

# Exclusion list
portal-excluded-count = { $count ->
    [one] 1 persona
   *[other] { $count } personas
}
portal-excluded-text = Estas personas siguen usando su contraseña.
portal-excluded-none = No hay nadie en la lista de excepciones.
portal-exclude-add = Añadir personas
portal-exclude-names = Nombres de usuario
portal-exclude-hint = Uno por línea o separados por comas; como máximo { $most } a la vez.
portal-exclude-unknown = Nadie en esta cuenta tiene estos nombres
portal-names-rest = Se toman como máximo { $most } nombres a la vez. Los demás siguen en el campo.
portal-exclude-submit = Añadir a la lista
portal-remove = Quitar
portal-pasted-refused = Usted no puede poner en la lista: { $names }. Nadie cambia su propia entrada ni la de personas con un rol más amplio.
portal-pasted = { $added ->
    [one] Se añadió 1 persona; { $there } ya estaban en la lista.
   *[other] Se añadieron { $added } personas; { $there } ya estaban en la lista.
}

# Activity
portal-when = Cuándo
portal-what = Qué
portal-result = Resultado
portal-result-all = Todos
portal-result-failed = Solo fallidos
portal-kind = Tipo
portal-kind-all = Todo
portal-kind-signins = Inicios de sesión
portal-kind-changes = Cambios
portal-by = por
portal-by-above = por alguien que atiende su cuenta
portal-done = Hecho
portal-failed = Fallido
portal-export-csv = Exportar como CSV
portal-export-jsonl = Exportar como líneas JSON
portal-activity-none = No hay nada registrado que encaje.
portal-activity-nonsense = Nadie en esta cuenta tiene ese nombre, o la referencia no es nuestra. Tiene ocho caracteres en dos grupos.
portal-event-signin = Inicio de sesión
portal-event-password = Contraseña introducida
portal-event-federated = Respuesta del inicio de sesión único
portal-event-not-sent = No se pudo enviar a nadie al inicio de sesión único
portal-event-refused = Inicio de sesión rechazado
portal-event-session-ended = Cierre de sesión
portal-event-grant-ended = Cierre de sesión en una aplicación
portal-event-password-changed = Contraseña cambiada
portal-event-password-reset = Contraseña restablecida
portal-event-accepted = Invitación aceptada
portal-event-entered = Cuenta abierta
portal-event-user = Usuario cambiado
portal-event-exclusion = Lista de excepciones cambiada
portal-event-sessions-ended = Todas las sesiones cerradas
portal-event-invited = Invitación enviada
portal-event-exported = Actividad exportada
portal-event-role = Rol cambiado
portal-event-operator-user = Usuario cambiado por el operador
portal-event-operator-account = Cuenta cambiada por el operador
portal-event-operator-connection = Proveedor de identidad cambiado por el operador
portal-event-metadata-taken = Metadatos del proveedor adoptados automáticamente
portal-event-metadata-staged = Metadatos del proveedor modificados, en espera

# Accounts
portal-account = Cuenta
portal-account-number = cuenta { $number }
portal-accounts-text = Abrir otra cuenta queda anotado en la actividad de esta.
portal-accounts-none = Ninguna cuenta empieza así.
portal-search-accounts = El número o el nombre empieza por
portal-enter = Abrir

# Single Sign-On
portal-sso-see = Ver lo que necesita el proveedor
portal-sso-text = Lo que se introduce en la consola del proveedor, y lo que vino de ella.
portal-give = Lo que necesita { $provider }
portal-have = Valores de { $provider }
portal-copy = Copiar
portal-copied = { $what }: copiado
portal-value-metadata-url = URL de metadatos
portal-value-sign-in-url = URL de inicio del proveedor
portal-value-idp-identifier = Identificador del proveedor (Entity ID)
portal-value-issuer = Emisor
portal-value-client-id = Identificador de cliente
