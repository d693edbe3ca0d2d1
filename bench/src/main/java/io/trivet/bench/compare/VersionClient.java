package io.trivet.bench.compare;

import io.trivet.client.ClientOptions;
import io.trivet.client.Profile;
import io.trivet.client.Progress;
import io.trivet.client.TrivetClient;
import io.trivet.model.RemotePath;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * A running client of the versionCluster on the class path: it reads {@code save FILE PATH} and {@code load
 * PATH FILE}, and answers nanoseconds.
 */
final class VersionClient {
    private VersionClient() {}

    public static void main(String[] words) throws IOException {
        Profile profile = Profile.read(Path.of(words[0]));
        ClientOptions options =
                ClientOptions.of(profile.addresses(), profile.trustSettings()).as(profile.account());
        try (TrivetClient client = TrivetClient.connect(options);
                BufferedReader asked = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            for (String line = asked.readLine(); line != null; line = asked.readLine()) {
                System.out.println(nanos(client, line.split(" ", -1)));
            }
        }
    }

    private static long nanos(TrivetClient client, String... words) {
        long begin = System.nanoTime();
        if (words[0].equals("save")) {
            client.save(Path.of(words[1]), RemotePath.parse(words[2]), Progress.NONE);
        } else {
            client.load(RemotePath.parse(words[1]), Path.of(words[2]), Progress.NONE);
        }
        return System.nanoTime() - begin;
    }
}
