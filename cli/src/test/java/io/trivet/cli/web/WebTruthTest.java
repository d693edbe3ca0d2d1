package io.trivet.cli.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.trivet.client.Progress;
import io.trivet.model.Debt;
import io.trivet.model.RemotePath;
import io.trivet.model.TrivetException;
import java.io.ByteArrayInputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The sentence of the overview while a node dies, and while the others put it right. */
class WebTruthTest {
    private static final Duration LIMIT = Duration.ofSeconds(120);

    @TempDir
    Path base;

    @Test
    void theOverviewNeverSaysThatAllIsWellWhileSomethingIsOwed() throws Exception {
        try (TestPages cluster = TestPages.startThatRepairs(base)) {
            byte[] content = new byte[5 * TestPages.CHUNK];
            new Random(1).nextBytes(content);
            for (int number = 0; number < 5; number++) {
                cluster.client.save(
                        new ByteArrayInputStream(content), RemotePath.parse("/files/" + number), Progress.NONE);
            }
            TreeSet<String> said = new TreeSet<>();
            await(cluster, "ok", said);
            assertThat(overview(cluster)).contains("\"headline\":\"Everything is stored on 2 nodes, checked ");
            cluster.nodes.getLast().close();
            await(cluster, "degraded", said);
            assertThat(overview(cluster)).contains("n2");
            // Two nodes are left, and both hold everything when repair is done; the third is still missing.
            long end = System.nanoTime() + Duration.ofSeconds(12).toNanos();
            while (System.nanoTime() < end) {
                judge(cluster, said);
            }
            assertThat(said).contains("ok", "degraded").isSubsetOf("ok", "degraded", "failing");
            cluster.nodes.getFirst().close();
            await(cluster, "failing", said);
        }
    }

    private static void await(TestPages cluster, String health, TreeSet<String> said) throws InterruptedException {
        long end = System.nanoTime() + LIMIT.toNanos();
        while (!judge(cluster, said).equals(health)) {
            assertThat(System.nanoTime()).as(overview(cluster)).isLessThan(end);
            TimeUnit.MILLISECONDS.sleep(200);
        }
    }

    /** What the overview says; it may say that all is well only if nothing was owed at one of the moments around it. */
    private static String judge(TestPages cluster, TreeSet<String> said) {
        Optional<Debt> before = debt(cluster);
        String overview = overview(cluster);
        String health = overview.replaceFirst(".*?\"health\":\"([a-z]*)\".*", "$1");
        if (health.equals("ok")) {
            assertThat(overview).contains("\"debt\":{\"owed\":0,").contains("\"checked\":true");
            assertThat(before.filter(WebTruthTest::isClear)
                            .or(() -> debt(cluster).filter(WebTruthTest::isClear)))
                    .as(overview)
                    .isPresent();
        }
        said.add(health);
        return health;
    }

    private static boolean isClear(Debt debt) {
        return debt.checked() && debt.owed() == 0 && debt.missing() == 0 && debt.conflicts() == 0;
    }

    /** Empty if no leader answers. */
    private static Optional<Debt> debt(TestPages cluster) {
        try {
            return Optional.of(cluster.client.cluster().debt());
        } catch (TrivetException _) {
            return Optional.empty();
        }
    }

    private static String overview(TestPages cluster) {
        return cluster.browser.get("overview", Map.of()).body();
    }
}
