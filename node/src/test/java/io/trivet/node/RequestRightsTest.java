package io.trivet.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.trivet.model.Command;
import io.trivet.model.Question;
import io.trivet.wire.Request;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * The table once more, in words, by the name of each kind: whoever adds a kind has to say here too who may ask for it, and whoever changes a line in the code
 * sees this fail.
 */
class RequestRightsTest {
    private static final Map<String, String> TABLE = new TreeMap<>(Map.ofEntries(
            Map.entry("Request.GetView", "anyone"),
            Map.entry("Request.Challenge", "anyone"),
            Map.entry("Request.LogIn", "anyone"),
            Map.entry("Request.GetNodeSecret", "anyone"),
            Map.entry("Request.Submit", "by its command"),
            Map.entry("Request.Ask", "by its question"),
            Map.entry("Request.KeepSession", "own session"),
            Map.entry("Request.GetDebt", "any user"),
            Map.entry("Request.RenewToken", "any user"),
            Map.entry("Request.BackUp", "administrator or member"),
            Map.entry("Request.GetReports", "any user"),
            Map.entry("Request.StoreChunk", "token to write, or member"),
            Map.entry("Request.ForwardChunk", "token to write, or member"),
            Map.entry("Request.FetchChunk", "token to read, or member"),
            Map.entry("Request.HasChunk", "token to read or write, or member"),
            Map.entry("Request.VerifyChunks", "token to read, or member"),
            Map.entry("Request.ReportChunk", "token to read, or member"),
            Map.entry("Request.Heartbeat", "that node"),
            Map.entry("Request.GetDigests", "member"),
            Map.entry("Request.GetSizes", "administrator"),
            Map.entry("Request.Examine", "anyone"),
            Map.entry("Request.ListSlot", "member"),
            Map.entry("Request.PromiseToKeep", "member"),
            Map.entry("Request.QuorumCall", "knows the cluster's keys"),
            Map.entry("Request.GetTokenKeys", "member"),
            Map.entry("Request.TakeSeat", "master"),
            Map.entry("Request.LeaveSeat", "master"),
            Map.entry("Request.KeepKeys", "master"),
            Map.entry("Request.EnterCluster", "anyone"),
            Map.entry("Request.RenewCertificate", "anyone"),
            Map.entry("Command.Join", "the leader"),
            Map.entry("Command.SetMasters", "administrator"),
            Map.entry("Command.RevokeToken", "administrator"),
            Map.entry("Command.SetTrash", "administrator"),
            Map.entry("Command.Untrash", "read and write where it was and write"),
            Map.entry("Command.Discard", "any user"),
            Map.entry("Question.Trash", "any user"),
            Map.entry("Command.IssueToken", "administrator or master"),
            Map.entry("Command.OpenSession", "any user"),
            Map.entry("Command.EndSession", "own session"),
            Map.entry("Command.Reserve", "any user"),
            Map.entry("Command.Adopt", "any user"),
            Map.entry("Command.Abandon", "any user"),
            Map.entry("Command.Commit", "write"),
            Map.entry("Command.MakeDirectory", "write"),
            Map.entry("Command.Remove", "write"),
            Map.entry("Command.Rename", "write and read and write"),
            Map.entry("Command.SetSweeping", "administrator"),
            Map.entry("Command.Rearrange", "administrator"),
            Map.entry("Command.SetRebalancing", "administrator"),
            Map.entry("Command.Measure", "the leader"),
            Map.entry("Command.ForgetNode", "the leader"),
            Map.entry("Command.AddUser", "administrator"),
            Map.entry("Command.RemoveUser", "administrator"),
            Map.entry("Command.RotateSecret", "oneself"),
            Map.entry("Command.SetRights", "administer"),
            Map.entry("Command.Found", "the leader"),
            Map.entry("Command.Seat", "the leader"),
            Map.entry("Command.Move", "the leader"),
            Map.entry("Command.RaiseLossEpoch", "the leader"),
            Map.entry("Command.PublishLayout", "the leader"),
            Map.entry("Command.SettleLayout", "the leader"),
            Map.entry("Command.Dissolve", "the leader"),
            Map.entry("Command.Attest", "the leader"),
            Map.entry("Command.ForgetRemoved", "the leader"),
            Map.entry("Command.Restore", "the leader"),
            Map.entry("Command.Restored", "the leader"),
            Map.entry("Question.Lookup", "read or write or list or administer, or member"),
            Map.entry("Question.Listing", "list"),
            Map.entry("Question.View", "anyone"),
            Map.entry("Question.Users", "administrator"),
            Map.entry("Question.Tokens", "administrator"),
            Map.entry("Question.IdStates", "member")));

    @Test
    void everyKindOfRequestCommandAndQuestionIsInTheTable() {
        List<String> kinds = Stream.of(Request.class, Command.class, Question.class)
                .flatMap(type -> Arrays.stream(type.getPermittedSubclasses()))
                .map(kind -> kind.getEnclosingClass().getSimpleName() + "." + kind.getSimpleName())
                .sorted()
                .toList();

        assertThat(TABLE.keySet()).containsExactlyElementsOf(kinds);
    }

    @Test
    void everyKindNeedsWhatTheTableSays() {
        for (Record kind : Samples.ofEveryKind()) {
            String name = kind.getClass().getEnclosingClass().getSimpleName() + "."
                    + kind.getClass().getSimpleName();
            if (kind instanceof Request.Submit || kind instanceof Request.Ask) {
                continue;
            }
            Need need = switch (kind) {
                case Request request -> RequestRights.of(request);
                case Command command -> RequestRights.of(command);
                case Question question -> RequestRights.of(question);
                default -> throw new IllegalStateException(name);
            };
            assertThat(words(need)).as(name).isEqualTo(TABLE.get(name));
        }
    }

    static String words(Need need) {
        return switch (need) {
            case Need.Anyone _ -> "anyone";
            case Need.AnyUser _ -> "any user";
            case Need.OneRight one when one.path().isRoot() && one.rights().size() == 1 -> "administrator";
            case Need.OneRight one -> rights(one.rights());
            case Need.All all ->
                String.join(
                        " and ",
                        all.needs().stream().map(RequestRightsTest::words).toList());
            case Need.Trashed trashed -> rights(trashed.rights()) + " where it was";
            case Need.Untrashed _ -> "read and write where it was";
            case Need.OwnSession _ -> "own session";
            case Need.Oneself _ -> "oneself";
            case Need.OneRightOrNode one -> rights(one.rights()) + ", or member";
            case Need.Member _ -> "member";
            case Need.KnowsClusterKeys _ -> "knows the cluster's keys";
            case Need.ThatNode _ -> "that node";
            case Need.Master _ -> "master";
            case Need.AdministratorOrMaster _ -> "administrator or master";
            case Need.AdministratorOrNode _ -> "administrator or member";
            case Need.Chunks chunks -> "token to " + rights(chunks.rights()) + ", or member";
            case Need.TheLeaderItself _ -> "the leader";
        };
    }

    private static String rights(java.util.Set<io.trivet.model.Right> rights) {
        return String.join(
                " or ",
                rights.stream().sorted().map(io.trivet.model.Right::text).toList());
    }
}
