#include "detect/one_value.hpp"

#include <compare>

#include "base/unicode.hpp"
#include "detect/time_part.hpp"
#include "event/timestamp.hpp"

namespace interdict::detect {
namespace {

using rule::Op;

bool in_order(Op op, std::partial_ordering order) {
  switch (op) {
    case Op::equals:
      return order == 0;
    case Op::lt:
      return order < 0;
    case Op::lte:
      return order <= 0;
    case Op::gt:
      return order > 0;
    case Op::gte:
      return order >= 0;
    default:
      return false;
  }
}

struct Holds {
  std::string_view text;

  bool operator()(NullTest) const { return false; }
  bool operator()(ExistsTest) const { return false; }
  bool operator()(const FieldRefTest&) const { return false; }
  bool operator()(const TextTest& test) const { return test.pattern.matches(text); }
  bool operator()(const NumberTest& test) const {
    if (text == test.text) return true;
    const auto number = parse_number(text);
    return number && compare(*number, test.number) == 0;
  }
  bool operator()(BoolTest test) const {
    return text == (test.value ? "1" : "0") || fold_case(text) == (test.value ? "true" : "false");
  }
  bool operator()(const RegexTest& test) const { return test.regex.search(text); }
  bool operator()(const CidrTest& test) const { return test.network.contains(text); }
  bool operator()(const OrderTest& test) const {
    const auto number = parse_number(text);
    return number && in_order(test.op, compare(*number, test.number));
  }
  bool operator()(const TimeTest& test) const {
    const auto time = parse_timestamp(text);
    return time && in_order(test.compare, time_part(*time, test.part) <=> test.number);
  }
};

}  // namespace

bool holds_for_text(const Test& test, std::string_view text) {
  return std::visit(Holds{text}, test.how);
}

}  // namespace interdict::detect
