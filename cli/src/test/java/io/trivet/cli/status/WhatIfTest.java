package io.trivet.cli.status;

import static org.assertj.core.api.Assertions.assertThat;

import io.trivet.cli.CommandRun;
import io.trivet.cli.remote.FakeClient;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Three nodes, two replicas; every file of the cluster in memory has one chunk in slot 0, with
 * homes n0 and n1.
 */
class WhatIfTest {
    @TempDir
    Path directory;

    private final FakeClient client = new FakeClient().with("/a", "hello").with("/d/e/b", "world!");

    @Test
    void oneNodeMayGo() {
        CommandRun run = CommandRun.of(client, directory, "what-if", "--lose", "n1");
        assertThat(run.code()).isZero();
        assertThat(run.out())
                .contains("without n1: 0 of 2 files could not be loaded (0 bytes")
                .contains("2 of 3 masters left: the quorum survives")
                .contains("layout 1 (2 replicas); no node was asked");
    }

    @Test
    void filesWithoutAHomeAreListedAndTheLossOfTheQuorumIsTold() {
        CommandRun run = CommandRun.of(client, directory, "what-if", "--lose", "n0,n1");
        assertThat(run.code()).isZero();
        assertThat(run.out())
                .contains("/a: 1 of 1 chunk lost, 5 bytes of 5 bytes")
                .contains("/d/e/b: 1 of 1 chunk lost, 6 bytes of 6 bytes")
                .contains(
                        "without n0, n1: 2 of 2 files could not be loaded (11 bytes, of which 11 bytes would be on no node)")
                .contains("1 of 3 masters left: no quorum");
    }

    @Test
    void nodesThatDoNotHoldTheSlotTogetherTakeNothingWithThem() {
        CommandRun run = CommandRun.of(client, directory, "what-if", "--lose", "n1,n2", "--json");
        assertThat(run.out().strip())
                .isEqualTo(
                        "{\"lose\":[\"n1\",\"n2\"],\"layoutVersion\":1,\"replicas\":2,\"files\":2,\"bytes\":11,"
                                + "\"filesUnreachable\":0,\"bytesInThoseFiles\":0,\"bytesUnreachable\":0,\"masters\":3,"
                                + "\"mastersLeft\":1,\"quorumSurvives\":false,\"computedFromLayoutOnly\":true,\"unreachable\":[]}");
    }

    @Test
    void aNodeThatDoesNotExistIsWrongUsage() {
        assertThat(CommandRun.of(client, directory, "what-if", "--lose", "n7").code())
                .isEqualTo(2);
        assertThat(CommandRun.of(client, directory, "what-if", "--lose", "seven")
                        .code())
                .isEqualTo(2);
        assertThat(CommandRun.of(client, directory, "what-if").code()).isEqualTo(2);
    }
}
