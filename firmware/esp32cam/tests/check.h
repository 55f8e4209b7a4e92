#pragma once

#include <cstdio>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

/** A test: `TEST(subject, "what it does") { check(...); }`. main.cpp runs all tests and prints a JSON line for each. */
struct Test {
  const char *subject;
  const char *name;
  void (*run)();
};
std::vector<Test> &tests();
struct Registration {
  Registration(const char *subject, const char *name, void (*run)()) { tests().push_back({subject, name, run}); }
};

#define JOIN_(one, other) one##other
#define JOIN(one, other) JOIN_(one, other)  // expands __LINE__ first
#define TEST(subject, name)                                                                           \
  static void JOIN(test_, __LINE__)();                                                                \
  static const Registration JOIN(registration_, __LINE__)(#subject, name, JOIN(test_, __LINE__));     \
  static void JOIN(test_, __LINE__)()

#define check(condition) \
  if (!(condition)) throw std::runtime_error(std::string(__FILE__) + ":" + std::to_string(__LINE__) + " " #condition)

template <class A, class B>
void checkEqual_(const A &one, const B &other, const char *file, int line) {
  if (one == other) return;
  std::ostringstream text;
  text << file << ":" << line << " got " << one << ", expected " << other;
  throw std::runtime_error(text.str());
}
#define checkEqual(one, other) checkEqual_(one, other, __FILE__, __LINE__)
