package cloudtrail

import (
	"encoding/binary"
	"math/bits"
	"math/rand/v2"
)

// A keySet remembers which keys stood in which object, by a hash that nobody outside the
// process can foresee: that two of them are equal by chance is not to be expected, and
// would only make a record doubtful.
type keySet struct {
	slots []uint64 // 0 is an empty one; their number is a power of two
	taken int
}

const (
	fewSlots  = 1 << 10
	manySlots = 1 << 14
)

var seeds = [2]uint64{rand.Uint64() | 1, rand.Uint64() | 1}

// forget makes room. Keys of old objects may stay: no new object has their hashes.
func (k *keySet) forget() {
	if len(k.slots) > manySlots {
		k.slots, k.taken = nil, 0
	}
	if 4*k.taken > len(k.slots) {
		clear(k.slots)
		k.taken = 0
	}
}

// add says whether the hash was there before.
func (k *keySet) add(hash uint64) (before bool) {
	if len(k.slots) <= 2*k.taken {
		k.grow()
	}
	mask := uint64(len(k.slots) - 1)
	for i := hash >> 32 & mask; ; i = (i + 1) & mask {
		switch k.slots[i] {
		case 0:
			k.slots[i] = hash
			k.taken++
			return false
		case hash:
			return true
		}
	}
}

func (k *keySet) grow() {
	old := k.slots
	k.slots, k.taken = make([]uint64, max(fewSlots, 2*len(old))), 0
	for _, hash := range old {
		if hash != 0 {
			k.add(hash)
		}
	}
}

// hashOf is the hash of a key in an object. [plainKey] finds the same on its way.
func hashOf(key []byte, object uint64) uint64 {
	hash := firstHash(object)
	for ; len(key) >= 8; key = key[8:] {
		hash = mix(hash, binary.LittleEndian.Uint64(key))
	}
	var last [8]byte
	copy(last[:], key)
	return lastHash(mix(hash, binary.LittleEndian.Uint64(last[:])))
}

func firstHash(object uint64) uint64 { return object * seeds[0] }

func mix(hash, word uint64) uint64 {
	high, low := bits.Mul64(hash^word, seeds[1])
	return high ^ low
}

// lastHash is never 0.
func lastHash(hash uint64) uint64 {
	high, low := bits.Mul64(hash, seeds[0])
	return high ^ low | 1
}
