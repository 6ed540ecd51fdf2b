#pragma once

#include <functional>
#include <string>
#include <string_view>

#include <boost/unordered/unordered_flat_map.hpp>
#include <boost/unordered/unordered_flat_set.hpp>

#include "base/hash.hpp"

namespace interdict {

/// Hash of text for the maps below: looks up by string_view without building a string.
struct TextHash {
  using is_transparent = void;
  using is_avalanching = void;
  std::size_t operator()(std::string_view text) const noexcept { return hash64(text); }
};

/// Open-addressing hash map. Iteration order is unspecified: never let it reach an output.
template <class Key, class Value, class Hash = boost::hash<Key>>
using FlatMap = boost::unordered_flat_map<Key, Value, Hash>;

template <class Value>
using TextMap = boost::unordered_flat_map<std::string, Value, TextHash, std::equal_to<>>;
using TextSet = boost::unordered_flat_set<std::string, TextHash, std::equal_to<>>;

}  // namespace interdict
