package io.trivet.model;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What programs keep beside the content of a file: values by name, such as a content type, an
 * entity tag or extended attributes. Names are 1 to {@value #MAX_NAME_BYTES} bytes of UTF-8; names
 * and values together take at most {@value #MAX_BYTES} bytes. Immutable.
 */
public final class Attributes {
    public static final int MAX_BYTES = 8 << 10;
    public static final int MAX_NAME_BYTES = 255;
    public static final Attributes NONE = new Attributes(new TreeMap<>());

    private final SortedMap<String, byte[]> values;

    private Attributes(SortedMap<String, byte[]> values) {
        this.values = values;
    }

    /**
     * Throws {@link IllegalArgumentException} with what is wrong, if a name is empty or too long, or
     * all of it is too large.
     */
    public static Attributes of(Map<String, byte[]> values) {
        TreeMap<String, byte[]> copy = new TreeMap<>();
        long bytes = 0;
        for (Map.Entry<String, byte[]> each : values.entrySet()) {
            int name = each.getKey().getBytes(StandardCharsets.UTF_8).length;
            if (name < 1 || name > MAX_NAME_BYTES) {
                throw new IllegalArgumentException(
                        "the name of an attribute has 1 to " + MAX_NAME_BYTES + " bytes, not " + name);
            }
            bytes += name + each.getValue().length;
            copy.put(each.getKey(), each.getValue().clone());
        }
        if (bytes > MAX_BYTES) {
            throw new IllegalArgumentException(
                    "the attributes of a file have at most " + MAX_BYTES + " bytes, not " + bytes);
        }
        return new Attributes(copy);
    }

    /** The same, with this value in place of one that the name may have. */
    public Attributes with(String name, byte[] value) {
        Map<String, byte[]> more = new TreeMap<>(values);
        more.put(name, value);
        return of(more);
    }

    public Attributes with(String name, String value) {
        return with(name, value.getBytes(StandardCharsets.UTF_8));
    }

    public Attributes without(String name) {
        Map<String, byte[]> fewer = new TreeMap<>(values);
        fewer.remove(name);
        return of(fewer);
    }

    public Optional<byte[]> get(String name) {
        return Optional.ofNullable(values.get(name)).map(byte[]::clone);
    }

    /** The value as UTF-8. */
    public Optional<String> text(String name) {
        return Optional.ofNullable(values.get(name)).map(value -> new String(value, StandardCharsets.UTF_8));
    }

    /** In their order. */
    public Set<String> names() {
        return Collections.unmodifiableSet(values.keySet());
    }

    public boolean isEmpty() {
        return values.isEmpty();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Attributes that
                && values.keySet().equals(that.values.keySet())
                && values.keySet().stream().allMatch(name -> Arrays.equals(values.get(name), that.values.get(name)));
    }

    @Override
    public int hashCode() {
        return values.keySet().hashCode();
    }

    @Override
    public String toString() {
        return values.keySet().toString();
    }
}
