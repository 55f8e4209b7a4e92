#include "check.h"
#include "json.h"

std::vector<Test> &tests() {
  static std::vector<Test> all;
  return all;
}

int main() {
  bool ok = true;
  for (const Test &test : tests()) {
    std::string error;
    try {
      test.run();
    } catch (const std::exception &failure) {
      error = failure.what();
      ok = false;
    }
    std::vector<char> text(error.size() * 2 + 1024);
    darvaza::JsonWriter line(text.data(), text.size());
    line.text("subject", test.subject).text("name", test.name).flag("ok", error.empty());
    if (!error.empty()) line.text("error", error.c_str());
    if (line.whole()) puts(text.data());
  }
  return ok ? 0 : 1;
}
