package io.trivet.node;

import io.trivet.model.Address;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What a node said of itself over HTTP at one moment.
 *
 * @param samples value by name and labels, as {@code trivet_disks{state="failed"}}
 */
public record Scrape(String text, Map<String, Double> samples) {
    private static final HttpClient CLIENT =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    public static Scrape of(Address http) {
        HttpResponse<String> answer = get(http, "/metrics");
        if (answer.statusCode() != 200) {
            throw new AssertionError(answer.statusCode() + ": " + answer.body());
        }
        return of(answer.body());
    }

    public static Scrape of(String text) {
        Map<String, Double> samples = new TreeMap<>();
        text.lines().filter(line -> !line.startsWith("#") && !line.isBlank()).forEach(line -> {
            int space = line.indexOf(' ', line.lastIndexOf('}') + 1);
            samples.put(line.substring(0, space), Double.valueOf(line.substring(space + 1)));
        });
        return new Scrape(text, samples);
    }

    public static HttpResponse<String> get(Address http, String path) {
        try {
            return CLIENT.send(
                    HttpRequest.newBuilder(URI.create("http://" + http + path))
                            .timeout(Duration.ofSeconds(10))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    public OptionalDouble find(String sample) {
        return samples.containsKey(sample) ? OptionalDouble.of(samples.get(sample)) : OptionalDouble.empty();
    }

    public double value(String sample) {
        return find(sample).orElseThrow(() -> new AssertionError("no " + sample + " in\n" + text));
    }

    /** Of all that begins so. */
    public double sum(String beginning) {
        return samples.entrySet().stream()
                .filter(each -> each.getKey().startsWith(beginning))
                .mapToDouble(Map.Entry::getValue)
                .sum();
    }

    public Set<String> names() {
        return samples.keySet().stream()
                .map(sample -> sample.replaceAll("\\{.*", ""))
                .collect(Collectors.toSet());
    }
}
