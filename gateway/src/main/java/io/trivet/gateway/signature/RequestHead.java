package io.trivet.gateway.signature;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What came before the body of a request.
 *
 * @param path as it was sent, percent-encoded
 * @param headers names in lower case, values as they were sent
 */
public record RequestHead(String method, String path, Query query, Map<String, List<String>> headers) {
    public RequestHead {
        Map<String, List<String>> lower = new TreeMap<>();
        headers.forEach((name, values) -> lower.merge(UriEncoding.lower(name), values, RequestHead::joined));
        headers = Map.copyOf(lower);
    }

    private static List<String> joined(List<String> one, List<String> other) {
        return java.util.stream.Stream.concat(one.stream(), other.stream()).toList();
    }

    /** The first value of a header, stripped; {@code name} is in lower case. */
    public Optional<String> header(String name) {
        return headers.getOrDefault(name, List.of()).stream().map(String::strip).findFirst();
    }
}
