# El inicio de sesión único en cuatro pasos
setup-title = Añadir el inicio de sesión único
setup-lead = Deje que las personas inicien sesión con las cuentas de su organización. Tarda unos 15 minutos y no afecta a nadie hasta que lo active.
setup-none = Aquí se inicia sesión con contraseña. En su lugar podrían servir las cuentas de su organización.
setup-begin = Configurar el inicio de sesión único
setup-add = + Añadir
setup-other-product = Otro proveedor
setup-name = El nombre que se ve (opcional)
setup-name-hint = Aparece en la página de inicio de sesión: «Iniciar sesión con …». Vacío, es el nombre del producto o de su organización.
setup-name-address = Sin direcciones web: el nombre aparece en correos, donde serían enlaces. Escriba el nombre que la gente usa
setup-name-characters = Escriba un nombre en una sola línea con caracteres visibles

# 1 Dar
setup-download = Descargar metadatos
setup-there-at = Allí:
setup-choose = Qué elegir allí
setup-registered = No hay nada que registrar allí: esta conexión usa el registro de esta instalación en Microsoft.
setup-signing-out = Para cerrar sesión también allí

# 2 Valores
setup-enter = Introducir valores nuevos
setup-metadata = Metadatos
setup-file = O elegir el archivo
setup-or = o
setup-address = Dirección de los metadatos
setup-address-hint = La leemos ahora y después de vez en cuando. Lo que cambie allí espera su palabra.
setup-entity = ¿Cuál es el suyo?
setup-by-hand = O introducir los valores uno a uno
setup-certificates = Certificados de firma que añadir
setup-certificates-hint = Si tiene más de un certificado, péguelos uno tras otro.
setup-stay = Estos certificados se quedan
setup-look = Vista previa
setup-secret = Secreto del cliente
setup-secret-kept = Guardado; no se vuelve a mostrar
setup-secret-none = Ninguno: nos acreditamos sin él (PKCE)
setup-certificate-ended-kept = Un certificado caducado o que aún no es válido cuenta mientras figure aquí: usted lo añadió. Quítelo cuando el proveedor firme con otro.
setup-certificate-ended-refused = Lo firmado con un certificado caducado o que aún no es válido se rechaza aquí.
setup-request-signing = Nuestras solicitudes
setup-signing-our-key = Firmadas con nuestra clave
setup-signing-none = Sin firmar: cualquiera puede enviar allí a personas en nuestro nombre
setup-lax-sha1 = Se admiten firmas con SHA-1, que se pueden falsificar por dinero.
setup-lax-cbc = Se admite el cifrado AES-CBC en una respuesta sin firmar, que otros pueden modificar.
setup-lax-until = Así lo ha configurado quien opera esta instalación, hasta el
setup-secret-stays = Déjelo vacío para conservar el que hay.
setup-secret-optional = Déjelo vacío si el proveedor no dio ninguno.
setup-proof = Cómo nos acreditamos allí
setup-proof-same = Como hasta ahora; un primer secreto va en una cabecera
setup-proof-none = Sin secreto (cliente público, PKCE)
setup-proof-basic = Con el secreto, en una cabecera (client_secret_basic)
setup-proof-post = Con el secreto, en el formulario (client_secret_post)
setup-proof-hint = Como figura en el cliente del proveedor. Una clave en lugar de un secreto (private_key_jwt) la configura quien gestiona este servicio.
setup-domains = Dominios de su organización
setup-domains-hint = Sin ellos podría entrar cualquier cuenta de Google.
setup-logout-url = Dirección de cierre de sesión

# Ahora y nuevo
setup-proposal = Todavía no ha cambiado nada
setup-proposal-text = Compare lo introducido con lo que hay.
setup-proposal-by-link = Introducido por alguien de fuera, mediante el enlace de configuración { $link }. Compare cada valor con la consola del proveedor.
setup-proposal-live = El inicio de sesión único está activo: estos valores cuentan desde el próximo inicio de sesión.
setup-proposal-anew = { $count ->
    [one] 1 persona vinculada se vinculará de nuevo en su próximo inicio de sesión: el nombre por el que el proveedor la conocía hasta ahora ya no cuenta.
   *[other] { $count } personas vinculadas se vincularán de nuevo en su próximo inicio de sesión: los nombres por los que el proveedor las conocía hasta ahora ya no cuentan.
}
setup-compare-thumbprint = Compare la huella con la consola del proveedor antes de confiar en ella.
setup-now = Ahora
setup-new = Nuevo
setup-same = como antes
setup-value-none = nada
setup-certificate-comes = Nuevo
setup-certificate-goes = Se quita
setup-certificate-stays = Se queda
setup-accept = Usar estos valores
setup-test-waiting = Probar antes estos valores
setup-proposal-tested = La última prueba se superó con estos valores.
setup-discard = Descartar

# Lo que no sirve
setup-cannot = Estos valores no se pueden usar y no ha cambiado nada
setup-problem-empty = Pegue el texto, elija el archivo o dé la dirección.
setup-problem-address = La dirección de inicio de sesión del proveedor falta o no empieza por https://.
setup-problem-unreachable = No se pudo leer el documento del proveedor ({ $why }). Compruebe la dirección.
setup-problem-entity = Falta el Entity ID del proveedor.
setup-problem-no-certificate = No hay certificado de firma: se rechazaría toda respuesta. Añada al menos uno.
setup-problem-same = La conexión ya tiene exactamente estos valores.
setup-problem-others-wait = Ya esperan valores que ha introducido otra persona. Quien le envió el enlace tiene que aceptarlos o descartarlos antes.
setup-problem-secret = Ningún secreto de cliente es tan largo.
setup-problem-proof = No encajan: sin secreto no se envía ninguno, y las otras dos formas necesitan uno.
setup-metadata-unreadable = Estos metadatos no se pueden leer ({ $code }). Copie todo el texto, desde el primer < hasta el último >.
setup-metadata-none = Es XML, pero no son metadatos de SAML.
setup-metadata-several = Estos metadatos describen varios proveedores. Elija uno.
setup-metadata-no-provider = Estos metadatos no describen ningún proveedor de identidad SAML 2.0. Quizá son los de una aplicación.
setup-metadata-expired = Estos metadatos valían hasta { $until }. Consígalos de nuevo.
setup-paste-one = Certificado { $number }: { $why }
setup-paste-xml = Es XML. Si son los metadatos del proveedor, introdúzcalos en el campo de arriba.
setup-paste-cut-off = Un certificado empieza y no termina: copie todo el texto, hasta la línea -----END CERTIFICATE-----.
setup-paste-private-key = Es una clave privada. No se ha guardado. Sustitúyala en el proveedor y pegue el certificado.
setup-paste-unreadable = no es un certificado X.509.
setup-paste-small-key = su clave RSA tiene menos de 2048 bits.
setup-paste-other-key = su clave es de un tipo que no aceptamos.
setup-id-object = Es el Object ID. Introduzca el Application (client) ID, que está encima en la página Overview.
setup-id-uri = Es el Application ID URI. Introduzca el Application (client) ID de la página Overview.
setup-id-tenant-here = Es el Directory (tenant) ID. Va en el otro campo.
setup-id-application-here = Es el Application (client) ID. Va en el otro campo.
setup-id-no-organisation = No es el ID de ninguna organización. Introduzca el Directory (tenant) ID de la página Overview.
setup-id-none = Un ID tiene 36 caracteres, como en la página Overview.
setup-openid-issuer = El emisor es la dirección https del proveedor, sin consulta ni fragmento.
setup-openid-version-one = Es el emisor de la versión 1.0 de Entra. Introduzca en su lugar el Directory (tenant) ID.
setup-openid-tenants = Este emisor sirve a todas las organizaciones. Introduzca el Directory (tenant) ID de la suya.
setup-openid-client = Falta el identificador del cliente.
setup-openid-domains = Introduzca los dominios de su organización: sin ellos podría entrar cualquier cuenta de Google.

# Correspondencia de atributos
setup-map = Correspondencia de atributos
setup-map-text = Qué atributo nombra a la persona y cuáles llenan los campos de un usuario. Se sugieren los nombres de la última prueba.
setup-map-local = Aquí se encuentra a las personas por
setup-map-person = Nombre de usuario
setup-map-username = Nombre de usuario
setup-map-external = ID externo
setup-map-email = Correo electrónico
setup-map-given = Nombre
setup-map-family = Apellidos
setup-map-groups = Grupos
setup-map-roles = Roles en la cuenta
setup-map-last = En la última prueba:
setup-map-missing = La última prueba no trajo nada con ese nombre.
setup-map-no-test = Una prueba muestra lo que llega.
setup-map-not-taken = No se toma.
setup-problem-mapping = Ningún atributo se llama así.
setup-waits = Los metadatos del proveedor han cambiado en su dirección:
setup-brings-back = Esto recupera una clave que se retiró aquí. Antes de adoptarlo, pregunte al proveedor si es el único que tiene esa clave.
setup-quirks = Conviene saber

# 3 Prueba
setup-test = Prueba de inicio de sesión
setup-test-lead = Usted va a { $provider } y vuelve aquí. Seis comprobaciones dicen qué funciona y qué no. Nadie inicia sesión y no cambia nada.
setup-test-first = Introduzca antes los valores del paso 2.
setup-test-begin = Empezar la prueba
setup-test-again = Probar otra vez
setup-test-old = Esta prueba es demasiado antigua, o después se introdujeron otros valores. Pruebe otra vez.
setup-test-of-waiting = Fue una prueba de los valores que esperan en el paso 2. No están en uso.
setup-field-there = En { $provider }:
setup-report = Informe para el soporte de { $provider }
setup-mend-give = A nuestros valores
setup-mend-values = A los valores del proveedor
setup-mend-users = A los usuarios
setup-mend-exclusions = A la lista de excepciones

# 4 Activar
setup-turn = Activar
setup-turn-first = Supere antes una prueba. Empiece después con unas pocas personas y amplíe cuando funcione.
setup-other = Ahora se lleva a las personas a «{ $name }». Desactívelo antes.
setup-there = { $count ->
    [one] 1 persona inicia sesión allí
   *[other] { $count } personas inician sesión allí
}
setup-effect = { $there } de { $all } personas inician sesión en el proveedor, { $password } tienen una contraseña que vale.
setup-effect-none = { $count ->
    [one] 1 no tiene y necesita una invitación.
   *[other] { $count } no tienen y necesitan una invitación.
}
setup-mode = En la página de inicio de sesión
setup-mode-button = Un botón que se pulsa
setup-mode-redirect = Se lleva a las personas allí enseguida
setup-local = Permitir iniciar sesión con SSO o con la contraseña de la cuenta
setup-local-hint = Opcional. Recomendamos no marcarlo.
setup-exclusions = Estas personas siguen usando la contraseña de su cuenta.
setup-no-emergency = Nadie tiene acceso de emergencia. Si el proveedor cae, solo se entraría por una interrupción que usted active aquí.
setup-no-emergency-where = Déselo a alguien en su página, en «Usuarios».
setup-unmatched = { $count } de { $all } personas tienen un nombre de usuario de ningún dominio verificado por esta cuenta. Lo que el proveedor diga de ellas se rechaza.
setup-unmatched-who = Ver quiénes son
setup-stage-pilot = Solo para las personas del piloto
setup-stage-domains = Para todos los de un dominio verificado
setup-stage-everybody = Para todos
setup-to-pilot = Activar para el piloto
setup-to-domains = Activar para los dominios verificados
setup-to-everybody = Activar para todos
setup-save-offer = Guardar
setup-pilot = Personas del piloto ({ $count })
setup-pilot-add = Nombres de usuario que añadir
setup-pilot-submit = Añadir al piloto
setup-pilot-me = Poner solo a mí en el piloto
setup-pilot-left = Estos no están en esta cuenta, están en la lista de excepciones o tienen un rol más amplio que el suyo.
setup-pilot-groups = grupos: { $count }
setup-group-add = Un grupo que añadir
setup-group-hint = Quien está en él está en el piloto, también quien llegue después. Quien está en la lista de excepciones o tiene acceso de emergencia conserva su contraseña.
setup-group-submit = Añadir el grupo
setup-group = { $people ->
    [one] { $name }: 1 persona, de las que el piloto mueve a { $moves }
   *[other] { $name }: { $people } personas, de las que el piloto mueve a { $moves }
}
setup-outage = ¿{ $provider } no responde?
setup-outage-text = Deje que las personas usen la contraseña de su cuenta durante unas horas. Termina solo; las sesiones siguen.
setup-outage-until = Hasta
setup-hours = Horas (1–{ $most })
setup-outage-submit = Permitir contraseñas
setup-off = Desactivar
setup-off-text = Todos vuelven a iniciar sesión con contraseña. Las sesiones que vinieron del proveedor terminan enseguida. Lo que introdujo se queda.
setup-off-invite = Enviar a quien no tenga contraseña un enlace para elegir una
setup-off-submit = Desactivar
setup-again-text = Todo lo que se introdujo sigue aquí. Vuelva a abrirla para probarla y activarla; hasta entonces no afecta a nadie.
setup-again = Volver a abrir
setup-undo = Deshacer
setup-undo-until = El último paso se puede deshacer hasta
setup-undo-to = de vuelta a
setup-undo-offer = y ofrecida como antes
setup-undo-offer-stays = cómo se ofrece se ha cambiado desde entonces y queda así

# El resultado
setup-said-added = Añadido. Dé estos valores al proveedor y después introduzca abajo los suyos.
setup-said-accepted = Estos valores ya valen. Pruébelos.
setup-said-discarded = Descartado. No ha cambiado nada.
setup-said-switched = Hecho. Se puede deshacer durante 24 horas.
setup-said-reopened = Está abierta de nuevo. Pruébela y actívela; hasta entonces no afecta a nadie.
setup-said-undone = Deshecho.
setup-said-undone-offer-stays = Deshecho. Cómo se ofrece se ha cambiado desde entonces y queda como está.
setup-said-offered = Se ha cambiado cómo se ofrece.
setup-said-uninvited = { $count ->
    [one] Está desactivado y se puede deshacer durante 24 horas. 1 persona sin contraseña no recibió correo: no hay dirección, o eran demasiados a la vez.
   *[other] Está desactivado y se puede deshacer durante 24 horas. { $count } personas sin contraseña no recibieron correo: no hay dirección, o eran demasiados a la vez.
}
setup-said-pilot = El piloto ha cambiado.
setup-said-other-values = Entretanto se introdujeron otros valores. Vea lo que hay ahora.
setup-said-too-many = Esta cuenta tiene 50 conexiones y no puede tener más. Cambie una existente.
setup-said-sole-way = No se añadió nada: los administradores pueden entrar aquí con el inicio de sesión único y nadie podría prescindir de él. Dé antes a alguien el acceso de emergencia o deje que los administradores entren con su contraseña.
setup-said-incomplete = Faltan valores del proveedor.
setup-said-not-tested = En los últimos 30 días no se ha superado ninguna prueba con estos valores. Pruebe antes.
setup-said-other-on = Otra conexión de esta cuenta está activa. Desactívela antes.
setup-said-group-unknown = En ese grupo no hay nadie activo.
setup-said-group-many = Hay 50 grupos en el piloto, no puede haber más.
setup-said-hours = Una interrupción dura de 1 a 72 horas.
setup-said-no-step = Ese paso no es posible desde aquí.
setup-said-no-undo = El último paso ya no se puede deshacer.
setup-event-connection = Inicio de sesión único cambiado
setup-event-pilot = Piloto cambiado
setup-event-tested = Prueba de inicio de sesión

# «Enviar estos pasos por correo»
steps-title = Enviar estos pasos por correo
steps-lead = Para quien se ocupa del proveedor o del DNS: los valores que introducir y dónde. Nada en el mensaje es secreto, y aquí no abre nada.
steps-of = Qué
steps-of-connection = Inicio de sesión único: { $name }
steps-of-domain = Dominio: { $name }
steps-none = No hay nada que enviar: ninguna conexión y ningún dominio por verificar.
steps-email = Dirección de correo
steps-email-hint = El mensaje va en el idioma de esta página.
steps-send = Enviar
steps-said-sent = Los pasos están en camino.
steps-unknown = Elija uno de estos.
steps-too-many = Han salido { $most } mensajes así en un día, o { $one } a esta dirección: tantos como puede haber.
steps-setup-link = ¿Otra persona debe introducir aquí también los valores del proveedor? Envíe en su lugar un enlace de configuración.
steps-email-wrong = Introduzca una dirección de correo, por ejemplo kim@example.com
setup-last-failed = La última prueba se detuvo en la comprobación { $number } de 6, aunque otra había pasado antes. Averigüe por qué antes de que afecte a todos.
setup-last-failed-where = A la prueba
