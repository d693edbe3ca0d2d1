package io.trivet.cli.web;

import io.trivet.cli.text.Json;
import io.trivet.cli.text.TextCatalogue;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** What anybody may see: the page, its script, its style, its words. There is nothing of a cluster in it. */
final class StaticFiles {
    /** What a browser is told of a file. */
    record File(String type, byte[] bytes) {}

    private static final String WORDS = "zh/console.txt";

    private final Map<String, File> files = Map.of(
            "/", read("index.html", "text/html;charset=utf-8"),
            "/console.js", read("console.js", "text/javascript;charset=utf-8"),
            "/console.css", read("console.css", "text/css;charset=utf-8"),
            "/icon.svg", read("icon.svg", "image/svg+xml"),
            "/zh.json", words());

    Optional<File> at(String path) {
        return Optional.ofNullable(files.get(path));
    }

    private static File read(String name, String type) {
        try (InputStream stream = Objects.requireNonNull(StaticFiles.class.getResourceAsStream(name), name)) {
            return new File(type, stream.readAllBytes());
        } catch (IOException e) {
            throw new UncheckedIOException(name, e);
        }
    }

    private static File words() {
        Json json = new Json();
        TextCatalogue.read(WORDS).translations().forEach(json::put);
        return new File("application/json", json.toString().getBytes(StandardCharsets.UTF_8));
    }
}
