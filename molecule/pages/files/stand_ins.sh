#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# Stand-ins for TYPO3 and CiviCRM, which Debian does not package: settings files in the form of their own, and a login page that reads
# them as PHP does. Nothing else of the applications is here.
set -eu
mkdir -p /srv/typo3/config/system /srv/www/typo3 /srv/civicrm /srv/www/civicrm/login
cat > /srv/typo3/config/system/settings.php <<'END'
<?php
return [
    'BE' => [
        'debug' => false,
        'installToolPassword' => 'hunter2',
    ],
    'DB' => [
        'Connections' => [
            'Default' => [
                'password' => "hunter2 ['BE'] => 'lockSSL' => true,",
            ],
        ],
    ],
    'SYS' => [
        'encryptionKey' => 'hunter2',
    ],
];
END
cat > /srv/typo3/config/system/additional.php <<'END'
<?php
defined('TYPO3') or die();
# $GLOBALS['TYPO3_CONF_VARS']['BE']['lockSSL'] = true;
if (getenv('IS_DEVELOPMENT')) {
    $GLOBALS['TYPO3_CONF_VARS']['BE']['debug'] = true;
}
$GLOBALS['TYPO3_CONF_VARS']["BE"]['lockSSL'] = 0; // for the old proxy
END
cat > /srv/www/typo3/index.php <<'END'
<?php
define('TYPO3', true);
$GLOBALS['TYPO3_CONF_VARS'] = require '/srv/typo3/config/system/settings.php';
require '/srv/typo3/config/system/additional.php';
$sys = $GLOBALS['TYPO3_CONF_VARS']['SYS'];
$https = ($_SERVER['HTTP_X_FORWARDED_PROTO'] ?? '') === 'https' && in_array($_SERVER['REMOTE_ADDR'], explode(',', $sys['reverseProxySSL'] ?? ''));
if ($GLOBALS['TYPO3_CONF_VARS']['BE']['lockSSL'] && !$https) {
    header('Location: https://' . $_SERVER['HTTP_HOST'] . $_SERVER['REQUEST_URI']);
    exit;
}
setcookie('be_typo_user', 'a-session-of-nobody', ['secure' => $https, 'httponly' => true]);
echo '<form method="post"><input type="password"></form>';
END
cat > /srv/civicrm/civicrm.settings.php <<'END'
<?php
global $civicrm_root, $civicrm_setting, $civicrm_paths;
if (!defined('CIVICRM_DSN')) {
  define('CIVICRM_DSN', 'mysql://civicrm:hunter2@localhost/civicrm');
}
 // $civicrm_setting['domain']['enableSSL'] = 0;
$civicrm_setting['domain']['ext_repo_url'] = false;
END
cat > /srv/www/civicrm/login/index.php <<'END'
<?php
require '/srv/civicrm/civicrm.settings.php';
$https = ($_SERVER['HTTP_X_FORWARDED_PROTO'] ?? '') === 'https';
if (($civicrm_setting['domain']['enableSSL'] ?? false) && !$https) {
    header('Location: https://' . $_SERVER['HTTP_HOST'] . $_SERVER['REQUEST_URI']);
    exit;
}
setcookie('PHPSESSID', 'a-session-of-nobody', ['httponly' => true]);
echo '<form method="post"><input type="password"></form>';
END
cat > /etc/apache2/conf-enabled/stand-ins.conf <<'END'
Alias /typo3 /srv/www/typo3
Alias /civicrm /srv/www/civicrm
<Directory /srv/www>
  Require all granted
</Directory>
END
systemctl restart apache2
find /srv/typo3 /srv/civicrm -type f -exec sha256sum {} + > /root/stand-ins
