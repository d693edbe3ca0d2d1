package io.trivet.cli.s3;

import static org.assertj.core.api.Assertions.assertThat;

import io.trivet.cli.CommandRun;
import io.trivet.cli.remote.FakeClient;
import io.trivet.cli.remote.TrialEndpoint;
import io.trivet.client.Profile;
import io.trivet.client.Profiles;
import io.trivet.gateway.signature.Query;
import io.trivet.gateway.signature.RequestHead;
import io.trivet.gateway.signature.SignatureCheck;
import io.trivet.gateway.signature.SigningKeys;
import io.trivet.model.Address;
import io.trivet.model.ClusterId;
import io.trivet.wire.credentials.TrustSettings;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class S3CommandsTest {
    private static final String SECRET = "it's-a-secret-of-forty-characters-or-so";

    @TempDir
    Path directory;

    private Path profile;

    @BeforeEach
    void writeProfile() throws IOException {
        profile = directory.resolve("profile");
        new Profile(
                        new ClusterId(new java.util.UUID(1, 2)),
                        List.of(new Address("127.0.0.1", 7777)),
                        new TrustSettings.Plaintext(),
                        "alice",
                        SECRET)
                .write(profile);
    }

    private CommandRun run(String... arguments) {
        return CommandRun.with(
                new FakeClient(), directory, "", Map.of(Profiles.ENVIRONMENT, profile.toString()), arguments);
    }

    @Test
    void theEnvironmentIsWhatAShellReads() {
        CommandRun run = run("s3", "env", "--endpoint", "https://s3.example:9443");
        assertThat(run.code()).isZero();
        assertThat(run.out().lines())
                .containsExactly(
                        "export AWS_ACCESS_KEY_ID='alice'",
                        "export AWS_SECRET_ACCESS_KEY='it'\\''s-a-secret-of-forty-characters-or-so'",
                        "export AWS_REGION='us-east-1'",
                        "export AWS_DEFAULT_REGION='us-east-1'",
                        "export AWS_ENDPOINT_URL='https://s3.example:9443'");
    }

    @Test
    void aLinkIsSignedForItsMethodAndTime() {
        for (String method : List.of("GET", "PUT")) {
            CommandRun run = method.equals("GET")
                    ? run("s3", "url", "/photos/a b", "--for", "7d")
                    : run("s3", "url", "/photos/a b", "--save");
            assertThat(run.code()).as(run.err()).isZero();
            URI link = URI.create(run.out().strip());
            assertThat(link.getRawAuthority()).isEqualTo("127.0.0.1:9000");
            RequestHead head = new RequestHead(
                    method,
                    link.getRawPath(),
                    Query.parse(link.getRawQuery()),
                    Map.of("host", List.of(link.getRawAuthority())));
            assertThat(new SignatureCheck(SigningKeys.ofSecrets(_ -> Optional.of(SECRET)), InstantSource.system())
                            .verify(head, "192.0.2.7")
                            .accessKey())
                    .isEqualTo("alice");
        }
    }

    /** Beside its profile; whatever else stands there is not taken for an address. */
    @Test
    void aTrialSaysWhereItServes() throws IOException {
        assertThat(run("s3", "env").out()).contains("export AWS_ENDPOINT_URL='http://127.0.0.1:9000'");
        TrialEndpoint.write(profile, "http://127.0.0.1:28123");
        assertThat(run("s3", "env").out()).contains("export AWS_ENDPOINT_URL='http://127.0.0.1:28123'");
        assertThat(run("s3", "url", "/photos/a").out()).startsWith("http://127.0.0.1:28123/photos/a?");
        assertThat(run("s3", "env", "--endpoint", "http://h:1").out()).contains("AWS_ENDPOINT_URL='http://h:1'");
        for (String other : List.of("", "here", "file:/x", "http://a b/")) {
            TrialEndpoint.write(profile, other);
            assertThat(run("s3", "env").out()).contains("AWS_ENDPOINT_URL='http://127.0.0.1:9000'");
        }
        TrialEndpoint.remove(profile);
        assertThat(TrialEndpoint.of(profile)).isEmpty();
    }

    @Test
    void whatMakesNoLinkIsWrongUsage() {
        assertThat(run("s3", "url", "/photos").err()).contains("/BUCKET/KEY");
        assertThat(run("s3", "url", "/photos/a", "--for", "8d").err()).contains("7 days");
        assertThat(run("s3", "url", "/photos/a", "--for", "soon").err()).contains("--for");
        assertThat(run("s3", "url", "/photos/a", "--endpoint", "ftp://x").err())
                .contains("not the address of a server");
        assertThat(run("s3", "serve", "--certificate", "x").err()).contains("--key");
    }
}
