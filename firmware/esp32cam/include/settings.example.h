#pragma once

/* Copy this file to settings.h and fill in the first three. */

// Wi-Fi (2.4 GHz).
#define WIFI_SSID "my network"
#define WIFI_PASSWORD "its password"

// Your gateway: ws:// on your own network, wss:// over the internet.
#define GATEWAY "ws://192.168.1.10:3000"

// Empty: the board fetches a token of its own on its first start and keeps it.
// Made a token by hand (`npx darvaza token create`)? Put it here instead.
#define TOKEN ""

// What the board calls itself, e.g. "garden-gate". Empty: its MAC address.
#define NAME ""

// For wss://, the certificate of your gateway's CA, in PEM form. Empty: encrypted, but anybody could pose as the gateway.
#define TLS_CA ""

// Where the stream starts; the gateway changes it on command.
#define START_FPS 10
#define START_RESOLUTION "SVGA"  // QVGA, VGA, SVGA, XGA, HD, SXGA, UXGA
#define START_QUALITY 80         // 1..100
#define IDLE_EVERY_MS 5000       // between pictures while nobody watches

// After this long without a word from any gateway the board restarts; 0 never does.
#define REBOOT_AFTER_OFFLINE_MIN 30
