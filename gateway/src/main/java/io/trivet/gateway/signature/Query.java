package io.trivet.gateway.signature;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The query of a request, decoded, in the order in which it was sent. */
public record Query(List<Parameter> parameters) {
    /** One of it; what has no equals sign has an empty value. */
    public record Parameter(String name, String value) {}

    public Query {
        parameters = List.copyOf(parameters);
    }

    /** Reads what follows the question mark; empty for nothing. Throws {@code InvalidURI}. */
    public static Query parse(String raw) {
        List<Parameter> all = new ArrayList<>();
        for (String word : raw.split("&", -1)) {
            if (!word.isEmpty()) {
                int equals = word.indexOf('=');
                all.add(new Parameter(
                        UriEncoding.decodeQuery(equals < 0 ? word : word.substring(0, equals)),
                        equals < 0 ? "" : UriEncoding.decodeQuery(word.substring(equals + 1))));
            }
        }
        return new Query(all);
    }

    public boolean has(String name) {
        return parameters.stream().anyMatch(parameter -> parameter.name.equals(name));
    }

    /** The first of this name. */
    public Optional<String> value(String name) {
        return parameters.stream()
                .filter(parameter -> parameter.name.equals(name))
                .map(Parameter::value)
                .findFirst();
    }

    /** Names that have a value more than once are refused where that would decide about rights. */
    boolean repeats(String name) {
        return parameters.stream()
                        .filter(parameter -> parameter.name.equals(name))
                        .count()
                > 1;
    }
}
