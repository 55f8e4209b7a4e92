#pragma once

/* Copy this file to settings.h and fill in the first three. */

// Wi-Fi (2.4 GHz).
#define WIFI_SSID "my network"
#define WIFI_PASSWORD "its password"

// Your gateway: ws:// on your own network, wss:// over the internet.
#define GATEWAY "ws://192.168.1.10:3000"

// Leave this empty: the board fetches its own token at its first start and keeps it.
// If you made a token by hand (`npx darvaza token create`), write it here instead.
#define TOKEN ""

// The name that the board reports, for example "garden-gate". If empty, it reports its MAC address.
#define NAME ""

// Only for wss://: the certificate of your gateway's CA, in PEM form. If empty, the connection is encrypted, but the
// board cannot check that it talks to your gateway.
#define TLS_CA ""

// Settings of the stream at the start. You can change them later through the gateway.
#define START_FPS 10
#define START_RESOLUTION "SVGA"  // QVGA, VGA, SVGA, XGA, HD, SXGA, UXGA
#define START_QUALITY 80         // 1..100
#define IDLE_EVERY_MS 5000       // milliseconds between pictures while nobody watches

// The board restarts if it has not reached a gateway for so many minutes. 0: it never restarts.
#define REBOOT_AFTER_OFFLINE_MIN 30
