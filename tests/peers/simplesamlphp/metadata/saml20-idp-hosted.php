<?php
// What this identity provider does. Its switches are read anew at every request.
$folder = getenv('PEER_FOLDER');
$switches = json_decode(file_get_contents("$folder/switches.json"), true);
$formats = [
    'mail' => 'urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress',
    'uid' => 'urn:oasis:names:tc:SAML:2.0:nameid-format:persistent',
];
$metadata[getenv('PEER_BASE') . '/saml2/idp/metadata.php'] = [
    'host' => '__DEFAULT__',
    'auth' => 'people',
    'privatekey' => 'idp.key',
    'certificate' => 'idp.pem',
    'signature.algorithm' => 'http://www.w3.org/2001/04/xmldsig-more#' . $switches['algorithm'],
    'saml20.sign.response' => $switches['sign_response'],
    'saml20.sign.assertion' => $switches['sign_assertion'],
    'assertion.encryption' => $switches['encrypt'],
    'validate.authnrequest' => true,
    'validate.logout' => true,
    'redirect.sign' => true,
    'sign.logout' => true,
    'attributes.NameFormat' => 'urn:oasis:names:tc:SAML:2.0:attrname-format:uri',
    'NameIDFormat' => array_values($formats),
    'SingleSignOnServiceBinding' => ['urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect', 'urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST'],
    'SingleLogoutServiceBinding' => ['urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect', 'urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST'],
    'authproc' => [
        10 => ['class' => 'saml:AttributeNameID', 'attribute' => 'mail', 'Format' => $formats['mail']],
        11 => ['class' => 'saml:AttributeNameID', 'attribute' => 'uid', 'Format' => $formats['uid']],
        90 => ['class' => 'core:AttributeMap', 'name2oid'],
    ],
];
