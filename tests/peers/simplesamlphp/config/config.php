<?php
// SimpleSAMLphp as an identity provider for tests. Everything that differs from run to run stands in the folder that PEER_FOLDER names.
$folder = getenv('PEER_FOLDER');
$sources = [['type' => 'flatfile']];
foreach (glob("$folder/service-providers/*.xml") as $file) {
    $sources[] = ['type' => 'xml', 'file' => $file];
}
$config = [
    'baseurlpath' => getenv('PEER_BASE') . '/',
    'certdir' => "$folder/keys/",
    'loggingdir' => "$folder/log/",
    'datadir' => "$folder/data/",
    'tempdir' => "$folder/tmp",
    'metadatadir' => __DIR__ . '/../metadata/',
    'attributenamemapdir' => getenv('PEER_ATTRIBUTE_NAMES') . '/',
    'metadata.sources' => $sources,
    'secretsalt' => 'salt-of-a-peer-that-lives-for-one-test',
    'auth.adminpassword' => bin2hex(random_bytes(16)),
    'timezone' => 'UTC',
    'showerrors' => true,
    'logging.level' => 6,
    'logging.handler' => 'file',
    'logging.logfile' => 'simplesamlphp.log',
    'enable.saml20-idp' => true,
    'module.enable' => ['exampleauth' => true, 'core' => true, 'saml' => true],
    'store.type' => 'phpsession',
    'session.phpsession.savepath' => "$folder/sessions",
    'session.phpsession.httponly' => true,
    'session.cookie.secure' => false,
    'session.cookie.samesite' => null,
    'session.cookie.path' => '/',
    'language.available' => ['en'],
    'language.default' => 'en',
    'language.cookie.secure' => false,
    'language.cookie.samesite' => null,
    'trusted.url.domains' => null,
];
