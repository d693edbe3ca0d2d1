package io.trivet.node.access;

import static org.assertj.core.api.Assertions.assertThat;

import io.trivet.model.Command;
import io.trivet.model.Query;
import io.trivet.node.Samples;
import io.trivet.wire.protocol.Request;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * The access control table in words, by the name of each kind. A new kind must be added here too,
 * and a changed rule makes this test fail.
 */
class AccessRulesTest {
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
            Map.entry("Request.StoreChunks", "token to write, or member"),
            Map.entry("Request.FetchChunks", "token to read for each, or member"),
            Map.entry("Request.SubmitAll", "any user"), // and what each operation needs
            Map.entry("Request.AskAll", "any user"), // and what each question needs
            Map.entry("Request.FetchChunk", "token to read, or member"),
            Map.entry("Request.HasChunk", "token to read or write, or member"),
            Map.entry("Request.VerifyChunks", "token to read, or member"),
            Map.entry("Request.SignReceipt", "read"),
            Map.entry("Request.ReportChunk", "token to read, or member"),
            Map.entry("Request.Heartbeat", "that node"),
            Map.entry("Request.GetDigests", "member"),
            Map.entry("Request.GetSizes", "administrator"),
            Map.entry("Request.Examine", "open join token, administrator or member"),
            Map.entry("Request.ListSlot", "member"),
            Map.entry("Request.PromiseToKeep", "member"),
            Map.entry("Request.QuorumCall", "knows the cluster's keys"),
            Map.entry("Request.GetTokenKeys", "member"),
            Map.entry("Request.Delegate", "member"),
            Map.entry("Request.TakeSeat", "master"),
            Map.entry("Request.LeaveSeat", "master"),
            Map.entry("Request.KeepKeys", "master"),
            Map.entry("Request.EnterCluster", "anyone"),
            Map.entry("Request.Rekey", "administrator"),
            Map.entry("Request.GetClusterKeys", "master"),
            Map.entry("Command.Rekey", "the leader"),
            Map.entry("Command.Rewrap", "the leader"),
            Map.entry("Request.RenewCertificate", "anyone"),
            Map.entry("Command.Join", "the leader"),
            Map.entry("Command.SetMasters", "administrator"),
            Map.entry("Command.RevokeToken", "administrator"),
            Map.entry("Command.SetTrash", "administrator"),
            Map.entry("Command.SetQuota", "administrator"),
            Map.entry("Command.AddGroup", "administrator"),
            Map.entry("Command.RemoveGroup", "administrator"),
            Map.entry("Command.SetMember", "administrator"),
            Map.entry("Query.Groups", "administrator"),
            Map.entry("Command.SetLimits", "administrator"),
            Map.entry("Command.CountUse", "the leader"),
            Map.entry("Query.Quotas", "any user"),
            Map.entry("Command.Untrash", "read and write where it was and write"),
            Map.entry("Command.Discard", "any user"),
            Map.entry("Query.Trash", "any user"),
            Map.entry("Command.IssueToken", "administrator or master"),
            Map.entry("Command.OpenSession", "any user"),
            Map.entry("Command.EndSession", "own session"),
            Map.entry("Command.Reserve", "any user"),
            Map.entry("Command.Adopt", "any user"),
            Map.entry("Command.Abandon", "any user"),
            Map.entry("Command.Commit", "write"),
            Map.entry("Command.MakeDirectory", "write"),
            Map.entry("Command.SetMetadata", "write"),
            Map.entry("Command.Copy", "read and write"),
            Map.entry("Command.ChangeFile", "write"),
            Map.entry("Command.Create", "write"),
            Map.entry("Command.BeginUpload", "write"),
            Map.entry("Command.PutPiece", "write of the upload"),
            Map.entry("Command.CompleteUpload", "write"),
            Map.entry("Command.AbortUpload", "write of the upload"),
            Map.entry("Query.Uploads", "any user"),
            Map.entry("Query.Pieces", "read of the upload"),
            Map.entry("Query.AttributesOf", "read"),
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
            Map.entry("Query.Lookup", "any right there, above or below, or member"),
            Map.entry("Query.Listing", "list"),
            Map.entry("Query.View", "anyone"),
            Map.entry("Query.Users", "administrator"),
            Map.entry("Query.Tokens", "administrator"),
            Map.entry("Query.IdStates", "member")));

    @Test
    void everyKindOfRequestCommandAndQuestionIsInTheTable() {
        List<String> kinds = Stream.of(Request.class, Command.class, Query.class)
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
            AccessRule accessRule = switch (kind) {
                case Request request -> AccessRules.of(request);
                case Command command -> AccessRules.of(command);
                case Query query -> AccessRules.of(query);
                default -> throw new IllegalStateException(name);
            };
            boolean givesAway = kind instanceof Command.SetMetadata set && set.owner() != null;
            assertThat(words(accessRule)).as(name).isEqualTo(givesAway ? "administer" : TABLE.get(name));
        }
    }

    static String words(AccessRule accessRule) {
        return switch (accessRule) {
            case AccessRule.Anyone _ -> "anyone";
            case AccessRule.AnyUser _ -> "any user";
            case AccessRule.OneRight one
            when one.path().isRoot() && one.rights().size() == 1 -> "administrator";
            case AccessRule.OneRight one -> rights(one.rights());
            case AccessRule.All all ->
                String.join(
                        " and ",
                        all.needs().stream().map(AccessRulesTest::words).toList());
            case AccessRule.Trashed trashed -> rights(trashed.rights()) + " where it was";
            case AccessRule.Untrashed _ -> "read and write where it was";
            case AccessRule.OfUpload upload -> rights(upload.rights()) + " of the upload";
            case AccessRule.OwnSession _ -> "own session";
            case AccessRule.Oneself _ -> "oneself";
            case AccessRule.LookUp _ -> "any right there, above or below, or member";
            case AccessRule.Member _ -> "member";
            case AccessRule.KnowsClusterKeys _ -> "knows the cluster's keys";
            case AccessRule.ThatNode _ -> "that node";
            case AccessRule.Master _ -> "master";
            case AccessRule.AdministratorOrMaster _ -> "administrator or master";
            case AccessRule.AdministratorOrNode _ -> "administrator or member";
            case AccessRule.Chunks chunks -> "token to " + rights(chunks.rights()) + ", or member";
            case AccessRule.ChunksByToken chunks -> "token to " + rights(chunks.rights()) + " for each, or member";
            case AccessRule.Newcomer _ -> "open join token, administrator or member";
            case AccessRule.TheLeaderItself _ -> "the leader";
        };
    }

    private static String rights(java.util.Set<io.trivet.model.Right> rights) {
        return String.join(
                " or ",
                rights.stream().sorted().map(io.trivet.model.Right::text).toList());
    }
}
