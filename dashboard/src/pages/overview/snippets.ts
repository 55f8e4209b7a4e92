export const languages = ['micropython', 'arduino', 'python'] as const
export type SnippetLanguage = (typeof languages)[number]

const socketOf = (origin: string): string => origin.replace(/^http/, 'ws')

/** `settings.py` of firmware/pico, which is all that a Pico W with our firmware needs. */
const micropython = (origin: string, token: string) => `# settings.py, beside main.py of firmware/pico
WIFI = [('my network', 'its password')]
GATEWAY = '${socketOf(origin)}'
TOKEN = '${token}'
NAME = 'my-first-board'
SERVO_PINS = (15, 14)`

const arduino = (origin: string, token: string) => `// ESP32-CAM, library "ArduinoWebsockets" 0.5.4
#include <ArduinoWebsockets.h>
#include <WiFi.h>
#include "esp_camera.h"
using namespace websockets;

const char *GATEWAY = "${socketOf(origin)}/ws/esp32cam";
const char *TOKEN = "${token}";
WebsocketsClient gate;

void setup() {
  WiFi.begin("my network", "its password");
  while (WiFi.status() != WL_CONNECTED) delay(200);
  // esp_camera_init(...) with the pins of your board
  gate.addHeader("Authorization", String("Bearer ") + TOKEN);
  gate.addHeader("X-Device-ID", WiFi.macAddress());${origin.startsWith('https') ? '\n  gate.setInsecure(); // or setCACert(...)' : ''}
  while (!gate.connect(GATEWAY)) delay(5000);
}

void loop() {
  gate.poll();
  if (!gate.available()) ESP.restart();
  if (camera_fb_t *picture = esp_camera_fb_get()) {
    gate.sendBinary((const char *)picture->buf, picture->len);
    esp_camera_fb_return(picture);
  }
  delay(100);
}`

const python = (origin: string, token: string) => `# pip install websockets
import asyncio, json, websockets

GATEWAY = '${socketOf(origin)}/ws/pico'
TOKEN = '${token}'

async def board():
    header = {'Authorization': f'Bearer {TOKEN}'}
    async with websockets.connect(GATEWAY, additional_headers=header) as gate:  # extra_headers before 14
        await gate.send(json.dumps({'type': 'connect', 'device': 'my-first-board'}))
        async for text in gate:
            message = json.loads(text)
            print(message)
            if message['type'] == 'ping':
                await gate.send(json.dumps({'type': 'pong'}))
            if message['type'] in ('servo', 'servo_smooth'):
                await gate.send(json.dumps({'type': 'ack', 'command_type': message['type'], 'status': 'success'}))

asyncio.run(board())`

const programs = { micropython, arduino, python }

/** A program that connects a board. It holds the gateway's address and the token. */
export function snippetFor(language: SnippetLanguage, origin: string, token: string): string {
  return programs[language](origin, token)
}
