<?php
// The people of people.json, with their attributes.
$people = json_decode(file_get_contents(getenv('PEER_FOLDER') . '/people.json'), true);
$config = ['people' => ['exampleauth:UserPass']];
foreach ($people as $person) {
    $config['people'][$person['name'] . ':' . $person['password']] = $person['attributes'];
}
