import { type KnowledgeRow, knowledgeRow } from '../knowledge-row.ts'

/** The rows for faults of connected boards. */
export const messages: readonly KnowledgeRow[] = [
  knowledgeRow(
    'frame_desync',
    'any',
    `if (!sent) { client.close(); reconnect(); }   // never go on in the middle of a frame`,
  ),
  knowledgeRow(
    'frame_desync',
    'arduino',
    `if (!client.sendBinary((const char *)fb->buf, fb->len)) {
  client.close();                              // the rest of the frame is lost
  client.connect("{url}");
}`,
  ),
  knowledgeRow(
    'frame_desync',
    'uwebsockets',
    `ws.sock.setblocking(True)
ws.send(text)
ws.sock.settimeout(0.1)   # only for reading`,
  ),
  knowledgeRow(
    'fragment_broken',
    'any',
    'client.sendBinary((const char *)fb->buf, fb->len);   // one message, one frame',
  ),
  knowledgeRow(
    'message_too_large',
    'any',
    'for reading in readings:\n    ws.send(json.dumps(reading))   # one at a time',
  ),
  knowledgeRow(
    'message_too_large',
    'arduino',
    `config.frame_size = FRAMESIZE_SVGA;
config.jpeg_quality = 12;`,
  ),
  knowledgeRow(
    'text_too_large',
    'any',
    `client.sendBinary((const char *)fb->buf, fb->len);   // not as Base64 in a text`,
  ),
  knowledgeRow(
    'too_many_messages',
    'any',
    `if state != last_state:\n    ws.send(json.dumps({"type": "log", "message": state}))`,
  ),
  knowledgeRow('invalid_json', 'any', `ws.send(json.dumps({"type": "log", "message": text}))`),
  knowledgeRow(
    'invalid_json',
    'arduino',
    `JsonDocument doc;
doc["type"] = "log";
doc["message"] = text;
String out;
serializeJson(doc, out);
client.send(out);`,
  ),
  knowledgeRow(
    'not_jpeg',
    'any',
    `config.pixel_format = PIXFORMAT_JPEG;                    // not RGB565, not GRAYSCALE
client.sendBinary((const char *)fb->buf, fb->len);       // all of it: fb->len, not sizeof`,
  ),
  knowledgeRow('too_much_traffic', 'any', 'npx darvaza device approve NAME'),
  knowledgeRow('silent', 'any', 'npx darvaza journal --kind connection --device NAME'),
]
