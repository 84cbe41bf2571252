package selection_test

import (
	"fmt"
	"regexp"
	"strings"
)

// A writing is a way to write a condition. It may declare helpers.
type writing struct {
	name  string
	write func(w *ruleWriter, root string) string
}

// compare is a writing that fits a field and one of its values into a text.
func compare(format string) func(*ruleWriter, string) string {
	return func(w *ruleWriter, root string) string {
		ref, values := w.field(root)
		return fmt.Sprintf(format, ref, literal(values[0]))
	}
}

// among is a writing that fits a field and a list of its values into a text.
func among(format string) func(*ruleWriter, string) string {
	return func(w *ruleWriter, root string) string {
		ref, values := w.field(root)
		return fmt.Sprintf(format, ref, literals(values))
	}
}

// alone is a writing about a field and nothing else.
func alone(format string) func(*ruleWriter, string) string {
	return func(w *ruleWriter, root string) string {
		ref, _ := w.field(root)
		return fmt.Sprintf(format, ref)
	}
}

// numeric is a writing about a field that has numbers, and one of them.
func numeric(format string) func(*ruleWriter, string) string {
	return func(w *ruleWriter, root string) string {
		ref, n := w.number(root)
		return fmt.Sprintf(format, ref, n)
	}
}

// textual is a writing about a field and a part of one of its texts.
func textual(format string, part func(*ruleWriter, string) string, change func(string) string) func(*ruleWriter, string) string {
	return func(w *ruleWriter, root string) string {
		ref, text := w.text(root)
		return fmt.Sprintf(format, ref, literal(change(part(w, text))))
	}
}

// pair is a writing about two fields that may have the same value.
func pair(format string) func(*ruleWriter, string) string {
	return func(w *ruleWriter, root string) string {
		one, values := w.field(root)
		other, _ := w.field(root)
		w.wants[len(w.wants)-1].values = values
		return fmt.Sprintf(format, one, other, literal(values[0]))
	}
}

func got(key string) func(*ruleWriter, string) string {
	return func(w *ruleWriter, root string) string {
		path := w.path()
		values := w.values(path)
		w.wants = append(w.wants, want{append(append([]string{}, w.below...), path...), values})
		absent := literal(pick(w, append(values, "", nil, false)))
		keys := literal(path)
		if len(path) == 1 && w.chance(50) {
			keys = literal(path[0])
		}
		return fmt.Sprintf(key, root, keys, absent, literal(values[0]))
	}
}

func unchanged(text string) string { return text }

// atoms are writings of one expression, which may be negated.
var atoms = []writing{
	{"==", compare("%s == %s")},
	{"== turned", func(w *ruleWriter, root string) string {
		ref, values := w.field(root)
		return "(" + literal(values[0]) + ") == " + ref
	}},
	{"escaped", func(w *ruleWriter, root string) string {
		ref, _ := w.field(root)
		const text = "a\"<&\\é"
		w.wants[len(w.wants)-1].values = []any{text, text + "x", "é" + text}
		return ref + " == " + literal(text)
	}},
	{"!=", compare("%s != %s")},
	{"in a set", among("%s in {%s}")},
	{"in an array", among("%s in [%s]")},
	{"in an object", compare(`%s in {"a": %s, "b": "x"}`)},
	{"in a union", compare(`%s in ({%s} | {"x"})`)},
	{"in a difference", among(`%s in ({%s} - {"x"})`)},
	{"key of a set", among("{%[2]s}[%[1]s]")},
	{"a union of one", among("count({%s} & {%s}) == 1")},
	{"startswith", textual("startswith(%s, %s)", (*ruleWriter).begin, unchanged)},
	{"endswith", textual("endswith(%s, %s)", (*ruleWriter).end, unchanged)},
	{"contains", textual("contains(%s, %s)", (*ruleWriter).begin, unchanged)},
	{"any prefix", textual(`strings.any_prefix_match(%s, ["zz", %s])`, (*ruleWriter).begin, unchanged)},
	{"any suffix", textual(`strings.any_suffix_match(%s, {%s})`, (*ruleWriter).end, unchanged)},
	{"regex", textual("regex.match(%[2]s, %[1]s)", (*ruleWriter).begin, func(s string) string { return "^" + regexp.QuoteMeta(s) })},
	{"regex without case", textual("regex.match(%[2]s, %[1]s)", (*ruleWriter).end, func(s string) string { return "(?i)" + regexp.QuoteMeta(s) + "$" })},
	{"glob", textual(`glob.match(%[2]s, [], %[1]s)`, (*ruleWriter).begin, func(s string) string { return "*" + plainGlob(s) + "*" })},
	{"glob with delimiters", textual(`glob.match(%[2]s, ["/", "."], %[1]s)`, (*ruleWriter).begin, func(s string) string { return plainGlob(s) + "*" })},
	{"lower", textual("lower(%s) == %s", whole, strings.ToLower)},
	{"upper in a set", textual(`upper(%s) in {"X", %s}`, whole, strings.ToUpper)},
	{"startswith of lower", textual("startswith(lower(%s), %s)", (*ruleWriter).begin, strings.ToLower)},
	{"sprintf", pair(`sprintf("%%v/%%v", [%[1]s, %[2]s]) == sprintf("%%v/%%v", [%[3]s, %[3]s])`)},
	{"template", textual(`$"{%s}!" == %s`, whole, func(s string) string { return s + "!" })},
	{"trim_prefix", textual(`trim_prefix(%s, "a") == %s`, whole, unchanged)},
	{"split", textual(`split(%s, ".")[0] == %s`, whole, func(s string) string { return strings.Split(s, ".")[0] })},
	{"replace", textual(`replace(%s, "a", "b") == %s`, whole, func(s string) string { return strings.ReplaceAll(s, "a", "b") })},
	{"substring", textual(`substring(%s, 0, 3) == %s`, whole, func(s string) string { return string([]rune(s)[:min(3, len([]rune(s)))]) })},
	{"text before text", compare("%s < %s")},
	{"count of a text", alone("count(%s) > 8")},
	{"object.get", got("object.get(%s, %s, %s) == %s")},
	{"object.get other", got("object.get(%s, %s, %s) != %s")},
	{"object.get in", got(`object.get(%s, %s, %s) in {%s, "x"}`)},
	{"truth", func(w *ruleWriter, root string) string {
		ref, values := w.field(root)
		w.wants[len(w.wants)-1].values = append([]any{false, nil, ""}, values...)
		return ref
	}},
	{"null", alone("%s == null")},
	{"other than null", alone("%s != null")},
	{"null or empty", alone(`%s in {null, ""}`)},
	{"is_null", alone("is_null(%s)")},
	{"is_string", alone("is_string(%s)")},
	{"is_number", numeric("is_number(%s)%.0s")},
	{"type_name", alone(`type_name(%s) == "string"`)},
	{"boolean", alone("%s == true")},
	{"other than false", alone("%s != false")},
	{"number", numeric("%s == %s")},
	{"other number", numeric("%s != %s")},
	{"number in", numeric(`%s in {%s, "22", 3389}`)},
	{"number as text", numeric(`%s == "%s"`)},
	{"more", numeric("%s > %s")},
	{"at most", numeric("%s <= %s")},
	{"sum", numeric("%s + 1 > %s")},
	{"remainder", numeric("%s %% 2 == 0%.0s")},
	{"to_number", numeric("to_number(%s) == %s")},
	{"format_int", numeric(`format_int(%s, 10) == "%s"`)},
	{"abs", numeric(`abs(%s) == abs(%s)`)},
	{"two paths", pair("%s == %s%.0s")},
	{"two other paths", pair("%s != %s%.0s")},
	{"two numbers", func(w *ruleWriter, root string) string {
		if w.below != nil {
			return compare("%s == %s")(w, root)
		}
		one, _ := w.number(root)
		limit := []string{"requestParameters", "limit"}
		w.wants = append(w.wants, want{limit, w.wants[len(w.wants)-1].values})
		return pick(w, []string{one + " == " + w.ref(root, limit), one + " != " + w.ref(root, limit)})
	}},
	{"one path in two", pair("%[3]s in {%[1]s, %[2]s}")},
	{"arrays", pair("[%s, %s] == [%[3]s, %[3]s]")},
	{"array in set", pair(`[%s, %s] in {[%[3]s, %[3]s], ["x", "x"]}`)},
	{"count of a comprehension", compare("count({x | some x in [%s]; x == %s}) > 0")},
	{"array comprehension", compare("[x | x := %s; x == %s] == []")},
	{"settings", alone("%s in data.settings.lists.filled")},
	{"no settings", alone("%s in data.settings.lists.empty")},
	{"setting", alone("%s == data.settings.lists.one")},
	{"cidr", alone(`net.cidr_contains("192.0.2.0/24", %s)`)},
}

// whole is the text itself.
func whole(_ *ruleWriter, text string) string { return text }

// plainGlob is a text without what means something in a glob.
func plainGlob(text string) string {
	return strings.Map(func(r rune) rune {
		if strings.ContainsRune(`*?[]{},\!`, r) {
			return '?'
		}
		return r
	}, text)
}

// declared is a writing with a set, an array or an object beside the rule.
func declared(declaration, asked string) func(*ruleWriter, string) string {
	return func(w *ruleWriter, root string) string {
		ref, values := w.field(root)
		name := w.name("_list")
		w.declare(declaration, name, literals(values), literal(values[0]))
		return strings.NewReplacer("NAME", name, "REF", ref, "VALUE", literal(values[0]), "VAR", w.name("x")).Replace(asked)
	}
}

// several is a writing of several expressions about a field and its values.
func several(asked string) func(*ruleWriter, string) string {
	return func(w *ruleWriter, root string) string {
		ref, values := w.field(root)
		return strings.NewReplacer("REF", ref, "VALUES", literals(values), "VALUE", literal(values[0]),
			"VAR", w.name("x"), "KEY", w.name("k"), "ROOT", root).Replace(asked)
	}
}

// blocks are writings that can't be negated, or declare a list.
var blocks = []writing{
	{"constant set", declared("%s := {%s}%.0s", "REF in NAME")},
	{"not in a constant set", declared("%s := {%s}%.0s", "not REF in NAME")},
	{"key of a constant set", declared("%s := {%s}%.0s", "NAME[REF]")},
	{"no key of a constant set", declared("%s := {%s}%.0s", "not NAME[REF]")},
	{"constant array", declared("%s := [%s]%.0s", "REF in NAME")},
	{"map", declared("%s := {\"a\": {%s}, \"b\": %s}", `REF in NAME["a"]`)},
	{"map by value", declared("%s := {%[3]s: \"yes\"}", `NAME[REF] == "yes"`)},
	{"not in a map by value", declared("%s := {%[3]s: true}", `not NAME[REF]`)},
	{"some of a set", declared("%s := {%s}%.0s", "some VAR in NAME\nREF == VAR")},
	{"some with key", declared("%s := [%s]%.0s", "some VARk, VAR in NAME\nREF == VAR\nVARk >= 0")},
	{"every of a set", declared("%s := {%s}%.0s", "every VAR in NAME { REF != VAR }")},
	{"partial set", declared("%[1]s contains %[3]s", "REF in NAME")},
	{"partial object", declared("%[1]s[%[3]s] := 1", "NAME[REF] == 1")},
	{"local", several("VAR := REF\nVAR == VALUE")},
	{"local set", several("VAR := REF\nVAR in {VALUES}")},
	{"local not", several("VAR := REF\nnot VAR == VALUE")},
	{"unified", several("VAR = REF\nVAR != VALUE")},
	{"local lower", several("VAR := lower(REF)\ncontains(VAR, \"a\")")},
	{"local object", several("VAR := {\"a\": REF, \"b\": 1}\nVAR.a == VALUE")},
	{"array pattern", several("[VAR, 1] = [REF, 1]\nVAR == VALUE")},
	{"wildcard", several("_ = REF")},
	{"some in two", several("some VAR in [REF, \"x\"]\nVAR == VALUE")},
	{"every in two", several("every VAR in [REF, \"x\"] { VAR != VALUE }")},
	{"every with key", several("every KEY, VAR in {\"a\": REF} {\nKEY == \"a\"\nVAR in {VALUES}\n}")},
	{"dynamic key", several("some KEY in [\"eventName\", \"awsRegion\", \"userAgent\"]\nROOT[KEY] != VALUE\nnot REF == \"zz\"")},
	{"any member", several("some KEY\nROOT[KEY] == REF\nREF == VALUE")},
	{"any key", func(w *ruleWriter, root string) string {
		ref, values := w.field(root)
		return fmt.Sprintf("%s[_] == %s", ref[:max(strings.LastIndexAny(ref, ".["), len(root))], literal(values[0]))
	}},
	{"walk", several("walk(ROOT, [_, VALUE])\nREF != \"zz\"")},
	{"walk down", several("walk(ROOT, [VAR, VALUE])\ncount(VAR) > 0\nREF != \"zz\"")},
	{"items", func(w *ruleWriter, _ string) string {
		w.wants = append(w.wants, want{[]string{"resources"}, []any{
			[]any{map[string]any{"type": "AWS::S3::Bucket"}}, []any{}, []any{"x", map[string]any{"type": "y"}}, map[string]any{"a": map[string]any{"type": "AWS::S3::Bucket"}},
		}})
		return pick(w, []string{
			"some item in input.resources\nitem.type == \"AWS::S3::Bucket\"",
			"input.resources[_].type == \"AWS::S3::Bucket\"",
			"input.resources[0].type == \"AWS::S3::Bucket\"",
			"not input.resources[0].type == \"AWS::S3::Bucket\"",
			"every item in input.resources { item.type == \"AWS::S3::Bucket\" }",
			"count([1 | input.resources[_].type]) == 1",
			"count(input.resources) == 0",
			"count(input.resources) > 0",
			"input.resources != []",
		})
	}},
	{"with a value", func(w *ruleWriter, _ string) string {
		name := w.name("_replaced")
		w.declare("%s if input.eventName == \"X\"", name)
		return pick(w, []string{"", "not "}) + name + ` with input.eventName as "X"`
	}},
	{"when a list is filled", several("count(data.settings.lists.filled) > 0\nREF == VALUE")},
	{"when a list is empty", several("count(data.settings.lists.empty) == 0\nREF == VALUE")},
	{"never, by a list", several("count(data.settings.lists.empty) > 0\nREF == VALUE")},
	{"unless a list is filled", several("not data.settings.lists.filled[3]\nREF == VALUE")},
	{"with a setting and a local", several("VAR := REF\nsome VARk in data.settings.lists.filled\nVARk != VAR\nVAR == VALUE")},
	{"not a helper that says no", func(w *ruleWriter, root string) string {
		name := w.name("_says")
		ref, values := w.field(root)
		w.declare("%s(value) := false if {\n\tvalue == %s\n} else if {\n\tvalue != \"-\"\n}", name, literal(values[0]))
		return fmt.Sprintf("not %s(%s)", name, ref)
	}},
}

// helpers are writings that ask a rule or a function of the same file.
var helpers = []writing{
	{"rule", func(w *ruleWriter, _ string) string {
		name := w.name("_rule")
		for range 1 + w.random.IntN(2) {
			w.declare("%s if {\n%s\n}", name, w.body("input"))
		}
		return name
	}},
	{"rule with default", func(w *ruleWriter, _ string) string {
		name := w.name("_rule")
		w.declare("default %[1]s := false\n\n%[1]s if {\n%[2]s\n}\n\n%[1]s if {\n%[3]s\n}", name, w.body("input"), w.body("input"))
		return name
	}},
	{"function", func(w *ruleWriter, root string) string {
		name := w.name("_holds")
		for range 1 + w.random.IntN(2) {
			w.declare("%s(record) if {\n%s\n}", name, w.body("record"))
		}
		return name + "(" + root + ")"
	}},
	{"function with else", func(w *ruleWriter, root string) string {
		name := w.name("_kind")
		w.declare("%s(record) := %t if {\n%s\n} else if {\n%s\n} else := false", name, w.chance(50), w.body("record"), w.body("record"))
		return name + "(" + root + ")"
	}},
	{"function of a value", func(w *ruleWriter, root string) string {
		name := w.name("_is")
		ref, values := w.field(root)
		w.declare("%s(value) if value == %s", name, literal(values[0]))
		w.declare("%s(value) if startswith(value, \"a\")", name)
		return name + "(" + ref + ")"
	}},
	{"function of a constant", func(w *ruleWriter, root string) string {
		name := w.name("_of")
		ref, values := w.field(root)
		w.declare("%s(\"a\", value) if value == %s", name, literal(values[0]))
		w.declare("%s(\"b\", value) if value != %s", name, literal(values[0]))
		return fmt.Sprintf("%s(%s, %s)", name, pick(w, []string{`"a"`, `"b"`}), ref)
	}},
	{"answer of a function", func(w *ruleWriter, root string) string {
		name := w.name("_sort")
		w.declare("%s(record) := \"a\" if {\n%s\n} else := \"b\" if {\n%s\n}", name, w.body("record"), w.body("record"))
		return fmt.Sprintf(`%s(%s) == "%s"`, name, root, pick(w, []string{"a", "b"}))
	}},
	{"value of a rule", func(w *ruleWriter, root string) string {
		name := w.name("_value")
		ref, values := w.field(root)
		w.declare("%s := %s", name, strings.Replace(ref, root, "input", 1))
		return name + " == " + literal(values[0])
	}},
	{"reasons", func(w *ruleWriter, _ string) string {
		name := w.name("_reasons")
		w.declare("%s contains \"a\" if {\n%s\n}", name, w.body("input"))
		w.declare("%s contains \"b\" if {\n%s\n}", name, w.body("input"))
		return strings.ReplaceAll(pick(w, []string{"count(NAME) > 0", "count(NAME) == 2", `"a" in NAME`, `NAME["b"]`, `NAME == {"a"}`}), "NAME", name)
	}},
	{"with input", func(w *ruleWriter, _ string) string {
		name := w.name("_inner")
		below := w.below
		w.below = []string{"userIdentity"}
		w.declare("%s if {\n%s\n}", name, w.body("input"))
		w.below = below
		return name + " with input as input.userIdentity"
	}},
}
