#include "pipeline/reading/pending.hpp"

#include <array>
#include <concepts>
#include <optional>
#include <tuple>
#include <type_traits>

#include "base/byte_reader.hpp"

namespace interdict::pipeline {

namespace {

template <class T, class Of>
concept Is = std::same_as<std::remove_const_t<T>, Of>;

// The members of each structure, for the writer and the reader alike. They are named by structured
// bindings: who adds a member to a structure and forgets it here does not get it compiled.
template <Is<EntityRef> T>
auto members(T& of) {
  auto& [type, key] = of;
  return std::tie(type, key);
}
template <Is<OwnedValue> T>
auto members(T& of) {
  auto& [text, type] = of;
  return std::tie(text, type);
}
template <Is<Timestamp> T>
auto members(T& of) {
  auto& [ns, digits] = of;
  return std::tie(ns, digits);
}
template <Is<Digest128> T>
auto members(T& of) {
  auto& [high, low] = of;
  return std::tie(high, low);
}
template <Is<finding::Evidence> T>
auto members(T& of) {
  auto& [file, record, offset, log_source] = of;
  return std::tie(file, record, offset, log_source);
}
template <Is<finding::Detection> T>
auto members(T& of) {
  auto& [id, time, last, rule, host, user, outcome, count, stages, entities, evidence, fields,
         intrusion] = of;
  return std::tie(id, time, last, rule, host, user, outcome, count, stages, entities, evidence,
                  fields, intrusion);
}
template <Is<graph::EdgeMention> T>
auto members(T& of) {
  auto& [from, to, type] = of;
  return std::tie(from, to, type);
}
template <Is<graph::ProcessNames> T>
auto members(T& of) {
  auto& [guid_key, pid_key] = of;
  return std::tie(guid_key, pid_key);
}
template <Is<graph::Observation> T>
auto members(T& of) {
  auto& [time, host, entities, edges, names, images, about, self_addresses, flow, port, ends, marks,
         starts] = of;
  return std::tie(time, host, entities, edges, names, images, about, self_addresses, flow, port,
                  ends, marks, starts);
}
template <Is<correlate::SlotValue> T>
auto members(T& of) {
  auto& [hash, number, present, numeric] = of;
  return std::tie(hash, number, present, numeric);
}
template <Is<CountedEvent::Hit> T>
auto members(T& of) {
  auto& [rule, slots] = of;
  return std::tie(rule, slots);
}
template <Is<CountedEvent> T>
auto members(T& of) {
  auto& [hits, host, user, evidence, digest, fields] = of;
  return std::tie(hits, host, user, evidence, digest, fields);
}
template <Is<analytics::Signal> T>
auto members(T& of) {
  auto& [kind, actor, object, address, port, sent, received] = of;
  return std::tie(kind, actor, object, address, port, sent, received);
}
template <Is<SensedEvent> T>
auto members(T& of) {
  auto& [signal, host, user, kind, record, digest] = of;
  return std::tie(signal, host, user, kind, record, digest);
}
template <Is<Pending> T>
auto members(T& of) {
  auto& [observation, input, offset, detections, counted, sensed] = of;
  static_cast<void>(input);       // many events have the same: the list of events knows it
  static_cast<void>(detections);  // have their own bytes
  return std::tie(observation, offset, counted, sensed);
}

template <class T>
concept Plain = std::is_arithmetic_v<T> || std::is_enum_v<T>;

class Writer {
 public:
  explicit Writer(std::string& out) : out_(out) {}

  template <Plain T>
  void operator()(const T& value) {
    out_.append(reinterpret_cast<const char*>(&value), sizeof value);
  }
  void operator()(const finding::RuleId& id) { (*this)(id.value()); }
  void operator()(const std::string& text) {
    size(text.size());
    out_ += text;
  }
  template <class T>
  void operator()(const std::vector<T>& list) {
    size(list.size());
    for (const auto& one : list) (*this)(one);
  }
  template <class T, std::size_t N>
  void operator()(const std::array<T, N>& list) {
    for (const auto& one : list) (*this)(one);
  }
  template <class A, class B>
  void operator()(const std::pair<A, B>& both) {
    (*this)(both.first);
    (*this)(both.second);
  }
  template <class T>
  void operator()(const std::unique_ptr<T>& perhaps) {
    (*this)(perhaps != nullptr);
    if (perhaps != nullptr) (*this)(*perhaps);
  }
  template <class T>
  requires requires(const T& of) { members(of); }
  void operator()(const T& of) {
    std::apply([this](const auto&... each) { ((*this)(each), ...); }, members(of));
  }

 private:
  void size(std::size_t size) { (*this)(static_cast<std::uint32_t>(size)); }

  std::string& out_;
};

class Reader {
 public:
  explicit Reader(std::string_view bytes) : bytes_(bytes) {}

  template <Plain T>
  void operator()(T& value) {
    value = bytes_.plain<T>();
  }
  void operator()(finding::RuleId& id) { id = finding::RuleId(bytes_.plain<std::uint32_t>()); }
  void operator()(std::string& text) { text = bytes_.text(); }
  template <class T>
  void operator()(std::vector<T>& list) {
    list.clear();
    for (auto left = bytes_.count(); left > 0 && !bytes_.failed(); --left) {
      (*this)(list.emplace_back());
    }
  }
  template <class T, std::size_t N>
  void operator()(std::array<T, N>& list) {
    for (auto& one : list) (*this)(one);
  }
  template <class A, class B>
  void operator()(std::pair<A, B>& both) {
    (*this)(both.first);
    (*this)(both.second);
  }
  template <class T>
  void operator()(std::unique_ptr<T>& perhaps) {
    perhaps.reset();
    if (!bytes_.plain<bool>()) return;
    perhaps = std::make_unique<T>();
    (*this)(*perhaps);
  }
  template <class T>
  requires requires(T& of) { members(of); }
  void operator()(T& of) {
    std::apply([this](auto&... each) { ((*this)(each), ...); }, members(of));
  }

  [[nodiscard]] bool done() const { return bytes_.done(); }

 private:
  ByteReader bytes_;
};

}  // namespace

void to_bytes(const Pending& event, std::string& out) {
  Writer write(out);
  write(event);
}
void to_bytes(const finding::Detection& detection, std::string& out) {
  Writer write(out);
  write(detection);
}

bool from_bytes(std::string_view bytes, Pending& out) {
  Reader read(bytes);
  read(out);
  return read.done();
}
bool from_bytes(std::string_view bytes, finding::Detection& out) {
  Reader read(bytes);
  read(out);
  return read.done();
}

}  // namespace interdict::pipeline
