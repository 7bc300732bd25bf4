# Servicios conectados
portal-services = Servicios conectados
service-lead = Las aplicaciones actúan en Microsoft 365 como la persona que lo permite. Leen en su nombre calendarios, contactos o un buzón.
service-none = Un servicio conectado necesita una conexión con su organización en Microsoft, y todavía no hay ninguna. Añádala, pruébela y actívela; después vuelva aquí.
service-set-up = Configurado
service-not-set-up = Sin configurar
service-people-count = { $count ->
    [0] Nadie ha permitido nada todavía.
    [one] 1 persona ha permitido algo.
   *[other] { $count } personas han permitido algo.
}
service-first = Introduzca primero los valores del paso 2.

# 1 Registrar
service-register = Registrar en Microsoft
service-register-text = Un registro en el centro de administración de Entra sirve para toda su organización:
service-redirect-hint = Igual en ambos lados, letra por letra: solo https; cuentan las mayúsculas y la última barra.

# 2 Valores
service-overview = O pegue toda la página «Información general»
service-overview-hint = Encontramos en ella los dos identificadores y dejamos fuera el identificador de objeto, que no es ninguno de ellos.
service-permissions = Permisos
service-permissions-lead = Marque lo que está delegado allí. Los permisos de aplicación son otra cosa y no se pueden usar.
service-permission = Permiso
service-interface = Interfaz
service-admin-consent = Requiere consentimiento del administrador
service-yes = Sí
service-no = No
service-rarely = Otra nube, o un secreto de cliente
service-cloud = Nube de Microsoft
service-secret-hint = Déjelo vacío: un cliente público no tiene ninguno.
service-off = Desactivar
service-off-text = Ninguna aplicación recibe ya un token, y lo que las personas han permitido se olvida. Lo ve antes de que se haga.
service-forgets = { $count ->
    [0] Es otro registro.
    [one] Es otro registro: se olvida lo que 1 persona ha permitido. Se le pregunta de nuevo.
   *[other] Es otro registro: se olvida lo que { $count } personas han permitido. Se pregunta de nuevo a cada una.
}
service-forgets-consent = También se olvida el consentimiento de la organización.
service-problem-cloud = Elija una de las nubes de Microsoft.
service-problem-same-id = Application (client) ID y Directory (tenant) ID son dos valores distintos. El identificador de objeto no es ninguno de ellos.
service-problem-redirect = El URI de redirección empieza por https:// y no contiene ni * ni #.
service-problem-elsewhere = El URI de redirección lleva a otro sitio. Las respuestas vuelven solo al host de este portal.
service-problem-permissions = Marque al menos un permiso.

# 3 Consentimiento
service-consent = Consentimiento de la organización
service-consent-given = Dado el { $date }
service-consent-needed = Necesario
service-consent-not-needed = No es necesario
service-consent-partly = Incompleto
service-consent-given-text = Microsoft ya no pregunta a nadie. Cada persona sigue diciendo aquí qué aplicación puede actuar por ella.
service-consent-needed-text = Un permiso de arriba necesita un administrador en Microsoft. Antes de eso, nadie puede concederlo.
service-consent-not-needed-text = Cada persona puede conceder sola estos permisos en Microsoft. Con el consentimiento de la organización, Microsoft no pregunta.
service-consent-partly-text = Dado el { $date }. Desde entonces se eligieron:
service-consent-hint = Va a Microsoft, acepta allí como administrador de su organización y vuelve.
service-consent-grant = Conceder consentimiento de administrador
service-consent-link = Crear un enlace para otra persona
service-link = Enlace para un administrador en Microsoft
service-link-text = Este enlace se muestra solo ahora y funciona una vez. Envíelo a quien administra su organización en Microsoft.

# 4 Personas
service-people = Quién lo ha permitido
service-people-none = Nadie todavía. Una aplicación pregunta a cada persona la primera vez que necesita algo.
service-applications = Aplicaciones que pueden preguntar
service-applications-none = Ninguna. Quien gestiona este inicio de sesión decide qué aplicaciones pueden actuar por las personas.
service-tokens-off = Ninguna aplicación recibe un token: quien gestiona este inicio de sesión tiene que activarlo antes.
service-connection-off = Las aplicaciones reciben tokens en cuanto la conexión está activada, para un piloto o para todos.
service-steps = Pasos
service-test = Probar el token
service-end = Terminar
service-end-hint = Terminado aquí, ninguna aplicación recibe un token nuevo. En Microsoft el consentimiento sigue hasta que se quite allí, y un token que ya tiene una aplicación vive todavía una hora, más o menos.
service-tested = Tokens de { $who }
service-tested-hidden = Los tokens mismos no se muestran a nadie.
service-live = Vigente
service-ask-again = Falta el consentimiento
service-no-token = Sin token
service-why-never = Esta persona todavía no lo ha permitido.
service-why-taken-back = El consentimiento se retiró o ha caducado. La aplicación pregunta de nuevo.
service-why-more = Hace falta más de lo que esta persona ha permitido. La aplicación pregunta de nuevo.
service-refused = Microsoft no dio ninguno ({ $code }). Lo permitido sigue; inténtelo más tarde.
service-busy = Se está renovando ahora mismo. Inténtelo dentro de un momento.
service-unusable = El registro no se puede usar tal como está introducido. Mire los valores de arriba.

# Qué resultó
service-said-accepted = Estos valores están en uso ahora.
service-said-consented = Ha llegado el consentimiento de la organización.
service-said-ended = Está terminado. Ninguna aplicación recibe ya un token de esta persona.
service-said-not-set-up = Introduzca primero el registro.
service-event-changed = Servicio conectado cambiado
service-event-ended = Consentimiento de una persona terminado
service-event-tested = Token probado
service-event-granted = Aplicación autorizada a actuar
service-event-consented = Consentimiento de la organización dado
service-event-exchanged = Token dado a una aplicación
service-event-azure = Conectado por la integración con Azure

# Inicio de sesión único: lo que viene del propio proveedor
setup-azure = Iniciar la integración con Azure
setup-azure-text = Inicie sesión en Microsoft y acepte: la conexión está ahí sin copiar ningún valor.
setup-said-connected = Microsoft nos ha dicho los valores de su organización. Pruebe ahora el inicio de sesión.
setup-said-refused = Rechazado. Exactamente lo mismo no se muestra otra vez.
setup-moves = Las direcciones del proveedor han cambiado
setup-moves-text = Las personas y los códigos irían allí. Pregunte al proveedor si se ha mudado antes de usarlas.
setup-moves-refuse = Rechazar
