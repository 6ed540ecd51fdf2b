#pragma once

#include <cstddef>

#include <boost/container/deque.hpp>
#include <boost/container/static_vector.hpp>

namespace interdict {

/// A sequence that grows by blocks of 256: what is in it never moves, and growing costs no second
/// copy of it all. Access by index in O(1).
template <class T>
using Blocks = boost::container::deque<
    T, void, boost::container::deque_options<boost::container::block_size<256>>::type>;

/// At most N values in place, without an allocation. More than N is a programmer's error.
template <class T, std::size_t N>
using InlineVector = boost::container::static_vector<T, N>;

}  // namespace interdict
