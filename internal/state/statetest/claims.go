package statetest

import "time"

var claimCases = []contractCase{
	{"what nobody has is the asker's", func(a asker) {
		a.claim("id", "me", at(0), at(30), mine)
	}},
	{"what somebody has is busy until its end", func(a asker) {
		a.claim("id", "me", at(0), at(30), mine)
		a.claim("id", "you", at(1), at(31), busy(at(30)))
		a.claim("id", "you", at(29.999), at(60), busy(at(30)))
	}},
	{"asking in vain changes nothing", func(a asker) {
		a.claim("id", "me", at(0), at(30), mine)
		a.claim("id", "you", at(1), at(90), busy(at(30)))
		a.claim("id", "me", at(2), at(30), mine)
	}},
	{"a claim is over at the very moment of its end", func(a asker) {
		a.claim("id", "me", at(0), at(30), mine)
		a.claim("id", "you", at(30), at(60), mine)
		a.claim("id", "me", at(31), at(61), busy(at(60)))
	}},
	{"who has it gets it again, with the new end", func(a asker) {
		a.claim("id", "me", at(0), at(30), mine)
		a.claim("id", "me", at(10), at(40), mine)
		a.claim("id", "you", at(35), at(65), busy(at(40)))
	}},
	{"who had it until its end gets it again", func(a asker) {
		a.claim("id", "me", at(0), at(30), mine)
		a.claim("id", "me", at(50), at(80), mine)
		a.claim("id", "you", at(60), at(90), busy(at(80)))
	}},
	{"what is done is done for everybody", func(a asker) {
		a.claim("id", "me", at(0), at(30), mine)
		a.done("id", keep)
		a.claim("id", "me", at(1), at(31), isDone)
		a.claim("id", "you", at(1), at(31), isDone)
		a.claim("id", "you", at(3600), at(3630), isDone)
	}},
	{"what is done is done for an owner without a name too", func(a asker) {
		a.done("id", keep)
		a.claim("id", "", at(1), at(31), isDone)
	}},
	{"whoever says done has the last word, also over another's claim", func(a asker) {
		a.claim("id", "me", at(0), at(30), mine)
		a.claim("id", "you", at(40), at(70), mine)
		a.done("id", keep)
		a.claim("id", "you", at(41), at(71), isDone)
	}},
	{"what nobody claimed can be done", func(a asker) {
		a.done("id", keep)
		a.claim("id", "me", at(0), at(30), isDone)
	}},
	{"done is remembered until its keep and not after", func(a asker) {
		a.done("id", at(100))
		a.claim("id", "me", at(99.999), at(130), isDone)
		a.claim("id", "me", at(100), at(130), mine)
		a.claim("id", "you", at(101), at(131), busy(at(130)))
	}},
	{"the last keep of what is done counts", func(a asker) {
		a.done("id", at(100))
		a.done("id", at(200))
		a.claim("id", "me", at(150), at(180), isDone)
		a.done("id", at(120))
		a.claim("id", "me", at(150), at(180), mine)
	}},
	{"who releases has it no more", func(a asker) {
		a.claim("id", "me", at(0), at(30), mine)
		a.release("id", "me")
		a.claim("id", "you", at(1), at(31), mine)
	}},
	{"who has released can have it again, and release twice", func(a asker) {
		a.claim("id", "me", at(0), at(30), mine)
		a.release("id", "me")
		a.release("id", "me")
		a.claim("id", "me", at(1), at(31), mine)
		a.claim("id", "you", at(2), at(32), busy(at(31)))
	}},
	{"nobody releases what another has", func(a asker) {
		a.claim("id", "me", at(0), at(30), mine)
		a.release("id", "you")
		a.claim("id", "you", at(1), at(31), busy(at(30)))
	}},
	{"whose claim has gone to another does not release it", func(a asker) {
		a.claim("id", "me", at(0), at(30), mine)
		a.claim("id", "you", at(31), at(61), mine)
		a.release("id", "me")
		a.claim("id", "me", at(32), at(62), busy(at(61)))
	}},
	{"nobody releases what is done", func(a asker) {
		a.claim("id", "me", at(0), at(30), mine)
		a.done("id", keep)
		a.release("id", "me")
		a.release("id", "")
		a.claim("id", "you", at(1), at(31), isDone)
	}},
	{"releasing what nobody has does nothing", func(a asker) {
		a.release("id", "me")
		a.claim("id", "me", at(0), at(30), mine)
	}},
	{"an owner without a name is an owner", func(a asker) {
		a.claim("id", "", at(0), at(30), mine)
		a.claim("id", "me", at(1), at(31), busy(at(30)))
		a.release("id", "")
		a.claim("id", "me", at(1), at(31), mine)
	}},
	{"parts of a second count, parts of a millisecond do not", func(a asker) {
		end := at(30).Truncate(time.Millisecond)
		a.claim("id", "me", at(0), end.Add(999*time.Microsecond), mine)
		a.claim("id", "you", end.Add(-time.Nanosecond), at(90), busy(end))
		a.claim("id", "you", end.Add(time.Nanosecond), at(90), mine)
	}},
	{"a claim that was over when it was made holds nothing", func(a asker) {
		a.claim("id", "me", at(0), at(-1), mine)
		a.claim("id", "you", at(0), at(30), mine)
	}},
}
