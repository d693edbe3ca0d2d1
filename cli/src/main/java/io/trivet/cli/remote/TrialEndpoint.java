package io.trivet.cli.remote;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Where a trial serves S3: a file beside the trial's profile, which names no secret. */
public final class TrialEndpoint {
    private static final int MAX_BYTES = 1024;

    private TrialEndpoint() {}

    private static Path file(Path profile) {
        return profile.resolveSibling(profile.getFileName() + ".s3");
    }

    /** As {@code http://127.0.0.1:9000}. */
    public static void write(Path profile, String endpoint) throws IOException {
        Files.writeString(file(profile), endpoint + "\n");
    }

    /** Empty where there is none, and for a file that holds something else. */
    public static Optional<String> of(Path profile) {
        try {
            Path file = file(profile);
            if (!Files.isRegularFile(file) || Files.size(file) > MAX_BYTES) {
                return Optional.empty();
            }
            URI endpoint = URI.create(Files.readString(file).strip());
            return Optional.of(endpoint.toString())
                    .filter(_ -> endpoint.getRawAuthority() != null && "http".equals(endpoint.getScheme()));
        } catch (IOException | IllegalArgumentException _) {
            return Optional.empty();
        }
    }

    public static void remove(Path profile) throws IOException {
        Files.deleteIfExists(file(profile));
    }
}
