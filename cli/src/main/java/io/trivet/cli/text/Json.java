package io.trivet.cli.text;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/**
 * A JSON object (RFC 8259) on one line, with its keys in the order in which they were put. Values
 * are strings, numbers, booleans, null, other objects, and lists of those. Control characters and
 * unpaired surrogates are escaped, so that the text is valid and harmless to a terminal.
 */
public final class Json implements Text {
    private final Map<String, String> members = new LinkedHashMap<>();

    public Json put(String key, @Nullable Object value) {
        members.put(key, text(value));
        return this;
    }

    /** The same in every language, because it is for programs. */
    @Override
    public String in(Language language) {
        return toString();
    }

    @Override
    public String toString() {
        return members.entrySet().stream()
                .map(member -> quoted(member.getKey()) + ":" + member.getValue())
                .collect(Collectors.joining(",", "{", "}"));
    }

    /** Any of these values as JSON; throws {@link IllegalArgumentException} for anything else. */
    public static String text(@Nullable Object value) {
        return switch (value) {
            case null -> "null";
            case String text -> quoted(text);
            case Json object -> object.toString();
            case Boolean truth -> truth.toString();
            case Integer number -> number.toString();
            case Long number -> number.toString();
            case Double number when Double.isFinite(number) -> number.toString();
            case Iterable<?> list ->
                StreamSupport.stream(list.spliterator(), false)
                        .map(Json::text)
                        .collect(Collectors.joining(",", "[", "]"));
            default -> throw new IllegalArgumentException("no JSON for " + value.getClass());
        };
    }

    private static String quoted(String text) {
        StringBuilder quoted = new StringBuilder("\"");
        text.codePoints().forEach(c -> {
            if (c == '"' || c == '\\') {
                quoted.append('\\').append((char) c);
            } else if (Character.isISOControl(c)
                    || Character.getType(c) == Character.SURROGATE
                    || c == 0x2028
                    || c == 0x2029) {
                quoted.append(String.format("\\u%04x", c));
            } else {
                quoted.appendCodePoint(c);
            }
        });
        return quoted.append('"').toString();
    }
}
