#include "check.h"
#include "json.h"
#include "messages.h"

using namespace darvaza;

namespace {

Json parse(const std::string &text) {
  static std::string kept;
  kept = text;
  return Json::parse(kept.data(), kept.size());
}

Order understood(const std::string &text) { return understand(text.data(), text.size()); }

}  // namespace

TEST(json, "finds members in any order, at any depth, and answers for what is missing") {
  const Json json = parse(R"( {"a" : [1,{"b":2}], "command":{"action":"x","n":-1.5e2,"on":true},"type":"t"} )");
  check(json["type"].is("t"));
  check(json["command"]["action"].is("x"));
  checkEqual(json["command"]["n"].number(0), -150.0);
  check(json["command"]["on"].boolean(false));
  check(!json["nowhere"]["deeper"]);
  checkEqual(json["nowhere"].number(7), 7.0);
  check(json["type"].boolean(true));
  check(!json["a"]["b"]);
  checkEqual(json["a"].first().number(0), 1.0);
}

TEST(json, "takes the first of two members with one name") { check(parse(R"({"a":"1","a":"2"})")["a"].is("1")); }

TEST(json, "unescapes what a text may hold") {
  char out[64];
  check(parse(R"(["a\"\\\/\b\f\n\r\t\u062f\ud83d\ude00\ud83d"])").first().string(out, sizeof out));
  checkEqual(std::string(out), "a\"\\/\b\f\n\r\tد😀\xEF\xBF\xBD");
}

TEST(json, "gives no text that would not fit") {
  char out[4];
  check(parse(R"(["abc"])").first().string(out, sizeof out));
  check(!parse(R"(["abcd"])").first().string(out, sizeof out));
  checkEqual(std::string(out), "");
}

TEST(json, "refuses what is no JSON") {
  for (const char *wrong : {"", " ", "{", "{\"a\"}", "{\"a\":}", "{\"a\":1,}", "[1,]", "[1 2]", "\"open", "\"\\x\"",
                            "\"\\u12g4\"", "01", "1.", "-", "+1", "1e", "tru", "nul", "{} {}", "{a:1}", "\"a\nb\"", "]"}) {
    check(!parse(wrong));
  }
  check(!parse(std::string(100000, '[')));
  check(parse(std::string(17, '[') + std::string(17, ']')));
  check(!parse(std::string(18, '[') + std::string(18, ']')));
}

TEST(json, "survives every cut of a message, and every changed byte") {
  const std::string whole = R"({"type":"action","command":{"action":"capture_photo","quality":90,"x":[1,2,{"y":"\u00e9"}]}})";
  for (size_t cut = 0; cut < whole.size(); cut++) check(understood(whole.substr(0, cut)).heard == Heard::Unreadable);
  for (size_t at = 0; at < whole.size(); at++) {
    for (int byte = 0; byte < 256; byte++) {
      std::string changed = whole;
      changed[at] = char(byte);
      understood(changed);
    }
  }
}

TEST(json, "writes objects in objects, escaped") {
  char out[128];
  JsonWriter writer(out, sizeof out);
  writer.text("a", "q\"\\\n").number("n", -7).fraction("f", 1.005).flag("on", false).open("o").text("b", "{").close();
  check(writer.text("c", "").whole());
  checkEqual(std::string(out), R"({"a":"q\"\\\u000a","n":-7,"f":1.00,"on":false,"o":{"b":"{"},"c":""})");
  checkEqual(writer.size(), strlen(out));
}

TEST(json, "says so when an object does not fit, and writes not one byte too many") {
  for (size_t room = 1; room < 24; room++) {
    std::string out(room + 1, '#');
    JsonWriter writer(&out[0], room);
    const bool fits = writer.text("key", "a value").whole();
    checkEqual(fits, room >= sizeof "{\"key\":\"a value\"}");
    checkEqual(out[room], '#');
  }
}

TEST(messages, "understands the gateway's words") {
  check(understood(R"({"type":"connection_ack","status":"success"})").heard == Heard::Welcome);
  check(understood(R"({"type":"ping"})").heard == Heard::Ping);
  check(understood(R"({"type":"status"})").heard == Heard::Status);
  const Order viewers = understood(R"({"type":"viewers","count":3})");
  check(viewers.heard == Heard::Viewers);
  checkEqual(viewers.viewers, 3);
}

TEST(messages, "brings absurd numbers back to what can be") {
  checkEqual(understood(R"({"type":"viewers","count":1e300})").viewers, 1000000);
  checkEqual(understood(R"({"type":"viewers","count":-5})").viewers, 0);
  checkEqual(understood(R"({"type":"action","command":{"action":"flash_on","intensity":1e300}})").intensity, 100);
  checkEqual(understood(R"({"type":"action","command":{"action":"flash_on","intensity":-1}})").intensity, 0);
}

TEST(messages, "has nothing to say to acks, pongs, errors and strangers") {
  for (const char *type : {"ack", "pong", "log", "error", "time", "servo", "something new"}) {
    check(understood(std::string("{\"type\":\"") + type + "\"}").heard == Heard::Nothing);
  }
  check(understood(R"({"type":7})").heard == Heard::Nothing);
  check(understood(R"({"type":"viewers"})").heard == Heard::Nothing);
}

TEST(messages, "understands a photo with all its wishes") {
  const Order order = understood(
      R"({"command":{"intensity":40,"flash":true,"quality":75,"action":"capture_photo"},"type":"action"})");
  check(order.heard == Heard::Action);
  check(order.action == Action::CapturePhoto);
  check(order.flash);
  checkEqual(order.value, 75.0);
  checkEqual(order.intensity, 40);
}

TEST(messages, "takes a setting under its own name or as value") {
  checkEqual(understood(R"({"type":"action","command":{"action":"frame_rate","frame_rate":5}})").value, 5.0);
  checkEqual(understood(R"({"type":"action","command":{"action":"frame_rate","value":5}})").value, 5.0);
  checkEqual(std::string(understood(R"({"type":"action","command":{"action":"resolution","value":"VGA"}})").word), "VGA");
  checkEqual(understood(R"({"type":"action","command":{"action":"quality"}})").value, -1.0);
}

TEST(messages, "keeps the name of an action it does not know") {
  const Order order = understood(R"({"type":"action","command":{"action":"dance"}})");
  check(order.action == Action::Unknown);
  checkEqual(std::string(order.name), "dance");
}
