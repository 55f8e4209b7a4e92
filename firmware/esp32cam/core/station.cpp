#include "station.h"

#include "digest.h"

namespace darvaza {

namespace {

constexpr uint64_t kAnswerMs = 30000;      // a gateway may wait 5 to 8 s before it answers with an error
constexpr uint64_t kBodyMs = 2000;
constexpr uint64_t kSteadyMs = 30000;      // a connection that lasted this long resets the back-off
constexpr size_t kReadBytes = 1024;
constexpr int kReadsATick = 8;

}  // namespace

Station::Station(Board &board, Camera &camera, Wire &wire, const Settings &settings)
    : board_(board),
      wire_(wire),
      settings_(settings),
      conversation_(board, camera, wire, logbook_, settings.stream) {}

bool Station::begin() {
  if (!url_.parse(settings_.gateway)) {
    board_.show("error", "GATEWAY must look like ws://192.168.1.10:3000 or wss://example.org");
    return false;
  }
  snprintf(origin_, sizeof origin_, "%s://%s:%u%s", url_.secure ? "https" : "http", url_.host, unsigned(url_.port),
           url_.prefix);
  copyText(token_, settings_.token);
  if (!token_[0]) board_.loadToken(origin_, token_, sizeof token_);
  contactMs_ = board_.nowMs();
  char line[96];
  snprintf(line, sizeof line, "started: Darvaza camera %s, %s", board_.version(), board_.identity());
  log("info", line);
  return true;
}

void Station::tick() {
  const uint64_t now = board_.nowMs();
  switch (phase_) {
    case Phase::Resting:
      if (settings_.rebootOfflineMin && now - contactMs_ > settings_.rebootOfflineMin * 60000ull) board_.reboot();
      if (now >= resumeMs_ && board_.online()) dial(token_[0] ? Phase::Upgrading : Phase::Minting);
      return;
    case Phase::Minting:
    case Phase::Upgrading:
      if (wire_.state() == Wire::State::Down) return rest(0, "the gateway could not be reached");
      if (headRead_ && now - headMs_ > kBodyMs) return endAnswer();
      if (now - phaseMs_ > kAnswerMs) return rest(0, "the gateway gave no answer within 30 s");
      if (wire_.state() == Wire::State::Dialing) return;
      if (!asked_ && !sendRequest()) return rest(0, "the gateway did not take the request");
      return listen();
    case Phase::Talking:
      listen();
      if (phase_ == Phase::Talking && !conversation_.tick()) talkEnded();
      return;
  }
}

void Station::stop() {
  if (phase_ == Phase::Talking) {
    conversation_.leave();
    conversation_.end();
  }
  wire_.hangUp();
  phase_ = Phase::Resting;
}

void Station::dial(Phase phase) {
  phase_ = phase;
  phaseMs_ = board_.nowMs();
  asked_ = headRead_ = false;
  answer_.reset();
  if (!wire_.dial(url_.host, url_.port, url_.secure)) rest(0, "the gateway could not be reached");
}

bool Station::sendRequest() {
  char text[1024];
  Request request(text, sizeof text);
  bool fits;
  if (phase_ == Phase::Minting) {
    request.get(url_, "/public/tokens").header("Accept", "application/json").header("Connection", "close");
    fits = request.whole();
  } else {
    uint8_t nonce[16];
    for (uint8_t &byte : nonce) byte = uint8_t(board_.random());
    base64(nonce, sizeof nonce, key_);
    const char *id = settings_.name[0] ? settings_.name : board_.identity();
    fits = writeUpgrade(request, url_, key_, token_, id, board_.version());
  }
  asked_ = true;
  // A new connection accepts one packet at once, so a partial write means that it is already broken.
  return fits && wire_.write(reinterpret_cast<const uint8_t *>(text), request.size()) == int(request.size());
}

void Station::listen() {
  uint8_t data[kReadBytes];
  for (int i = 0; i < kReadsATick && phase_ != Phase::Resting; i++) {
    const int size = wire_.read(data, sizeof data);
    if (size == 0) return;
    if (phase_ == Phase::Talking) {
      if (size < 0) return talkEnded();
      contactMs_ = board_.nowMs();
      conversation_.hear(data, size_t(size));
    } else if (size < 0) {
      return endAnswer();
    } else {
      hearAnswer(data, size_t(size));
    }
  }
}

void Station::hearAnswer(const uint8_t *data, size_t size) {
  if (!headRead_) {
    const Answer::Step step = answer_.feed(data, size);
    if (step == Answer::Step::NeedMore) return;
    if (step == Answer::Step::Failed) {
      return rest(0, answer_.notHttp() ? "the gateway does not speak HTTP on this port; is it a TLS port that wants wss://?"
                                       : "the gateway answered something that is no HTTP");
    }
    headRead_ = true;
    headMs_ = board_.nowMs();
    if (phase_ == Phase::Upgrading && answer_.status() == 101) {
      welcome();
      if (phase_ == Phase::Talking) conversation_.hear(data, size);
      return;
    }
  }
  if (answer_.feedBody(data, size)) endAnswer();
}

void Station::endAnswer() {
  if (!headRead_) return rest(0, "the gateway hung up in the middle of its answer");
  contactMs_ = board_.nowMs();
  answer_.endBody();
  if (phase_ == Phase::Minting && answer_.status() == 200) return keepMinted();
  refused();
}

void Station::welcome() {
  char given[64], expected[29];
  acceptOf(key_, expected);
  if (!answer_.header("sec-websocket-accept", given, sizeof given) || strcmp(given, expected) != 0) {
    return rest(0, "the gateway gave a wrong Sec-WebSocket-Accept: something between answers in its own name");
  }
  phase_ = Phase::Talking;
  contactMs_ = board_.nowMs();
  log("info", "connected");
  conversation_.begin();
}

void Station::talkEnded() {
  const uint16_t code = conversation_.closeCode();
  char why[160];
  snprintf(why, sizeof why, "%u %s", code ? unsigned(code) : 1006u, code ? conversation_.ending() : "the line was cut");
  rest(floorAfterClose(code), why);
}

void Station::refused() {
  char code[48], hint[160], line[280];
  if (answer_.status() / 100 == 3 && answer_.header("location", hint, sizeof hint)) {
    snprintf(line, sizeof line, "the gateway moved to %s; write that in GATEWAY", hint);
    return rest(20000, line);
  }
  const Json body = Json::parse(answer_.body(), answer_.bodySize());
  body["code"].string(code, sizeof code);
  body["hint"].string(hint, sizeof hint);
  snprintf(line, sizeof line, "the gateway answered %d %s %s", answer_.status(), code, hint);
  rest(floorAfterRefusal(answer_.status(), answer_.number("retry-after", 0)), line);
}

void Station::keepMinted() {
  const Json minted = Json::parse(answer_.body(), answer_.bodySize())["esp32cam_tokens"].first();
  if (!minted.string(token_, sizeof token_) || !token_[0]) {
    return rest(20000, "the gateway answered something else than tokens: is this a Darvaza gateway?");
  }
  board_.saveToken(origin_, token_);
  log("info", "got a token of its own; it is kept");
  wire_.hangUp();
  phase_ = Phase::Resting;  // the next tick() connects with the new token at once
}

void Station::rest(uint32_t floorMs, const char *why) {
  if (phase_ == Phase::Talking) {
    conversation_.end();
    if (conversation_.heldMs() >= kSteadyMs) backoff_.reset();
  }
  wire_.hangUp();
  phase_ = Phase::Resting;
  const uint32_t waitMs = backoff_.next(board_.random(), floorMs);
  resumeMs_ = board_.nowMs() + waitMs;
  char line[320];
  snprintf(line, sizeof line, "%s; next attempt in %u s", why, unsigned((waitMs + 500) / 1000));
  log("warning", line);
}

void Station::log(const char *level, const char *line) {
  board_.show(level, line);
  logbook_.add(board_.nowMs(), level, line);
}

}  // namespace darvaza
