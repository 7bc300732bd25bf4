# The API: refusals
reason-portal-token = El token es desconocido, está anulado o caducado, o quien lo creó ya no puede hacer nada.
reason-portal-scope = El token no se creó para esto. Cree uno que tenga este alcance.

# API tokens in the portal
portal-tokens = Tokens de API
portal-tokens-text = Un programa con un token hace lo que dicen sus alcances, en la medida en que pueda hacerlo la persona que lo creó. Si esa persona pierde el rol o es suspendida, el token ya no hace nada.
portal-tokens-none = Esta cuenta no tiene ningún token.
portal-token = Token
portal-token-make = Crear un token
portal-token-name = Para qué es
portal-token-name-hint = Para que otros sepan si se puede anular, por ejemplo: exportación de usuarios al almacén de datos.
portal-token-days = Días hasta que caduca
portal-token-days-hint = De 1 a { $most }
portal-token-scopes = Para qué se puede usar
portal-token-dangerous = Peligroso: no se pide ninguna prueba
portal-token-submit = Crear el token
portal-token-made = Copie el token ahora. Solo se muestra esta vez.
portal-token-ends = Caduca
portal-token-used = Último uso
portal-token-never = nunca
portal-token-end = Anular
portal-token-by = por { $name }
portal-token-no-name = Diga para qué es, en { $most } caracteres como máximo
portal-token-no-days = Introduzca un número del 1 al { $most }
portal-token-no-scopes = Elija al menos uno
portal-token-too-many = Esta cuenta tiene { $most } tokens, el máximo. Anule uno primero.
portal-said-token-ended = El token está anulado. Ya no hace nada.
portal-event-token = Token de API creado o anulado
portal-event-token-used = Token de API usado, primera vez ese día

# Scopes
scope-accounts-read = Ver el estado de la cuenta y listar las cuentas en las que se puede entrar
scope-accounts-enter = Usar todos los demás alcances también en otras cuentas
scope-users-read = Listar, buscar y ver usuarios, y preguntar por qué alguien no puede iniciar sesión
scope-users-invite = Enviar de nuevo invitaciones
scope-users-sessions = Cerrar las sesiones de usuarios en todas partes
scope-users-write = Suspender usuarios y permitirles iniciar sesión de nuevo
scope-exclusions-read = Ver la lista de excepciones
scope-exclusions-write = Cambiar la lista de excepciones: quién conserva una contraseña además del inicio de sesión único
scope-activity-read = Ver inicios de sesión y cambios
scope-sign-on-read = Ver las conexiones con proveedores de identidad
scope-sign-on-prepare = Empezar una conexión e introducir valores de un proveedor para revisarlos
scope-sign-on-accept = Adoptar los valores de un proveedor: de quién vale la palabra como prueba de quién es alguien
scope-sign-on-switch = Activar y desactivar el inicio de sesión único, para algunos y para todos
scope-domains-read = Ver los dominios y sus pruebas
scope-domains-write = Añadir, probar y abandonar dominios
scope-passwords-read = Ver cómo debe ser una contraseña
scope-passwords-write = Cambiar cómo debe ser una contraseña
scope-administrators-read = Ver quién tiene un rol
scope-administrators-write = Dar y quitar roles, y permitir que los administradores entren por inicio de sesión único
scope-tokens-read = Ver los tokens de API, sin sus secretos
scope-tokens-end = Anular tokens de API
