package io.trivet.node;

import io.trivet.model.Command;
import io.trivet.model.Operation;
import io.trivet.model.Question;
import io.trivet.model.RemotePath;
import io.trivet.model.Right;
import io.trivet.wire.Request;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * The table: every request, every command and every question, and who may ask for it. A new kind without a line here does not compile. {@link Gate} holds
 * requests to it; nothing else decides.
 */
final class RequestRights {
    private static final Need ANYONE = new Need.Anyone();
    private static final Need ANY_USER = new Need.AnyUser();
    private static final Need MEMBER = new Need.Member();
    private static final Need ADMINISTRATOR = new Need.OneRight(RemotePath.ROOT, EnumSet.of(Right.ADMINISTER));
    private static final Need LEADER = new Need.TheLeaderItself();
    private static final Set<Right> ANY_RIGHT = EnumSet.allOf(Right.class);
    private static final Set<Right> READ = EnumSet.of(Right.READ);
    private static final Set<Right> WRITE = EnumSet.of(Right.WRITE);
    private static final Set<Right> READ_OR_WRITE = EnumSet.of(Right.READ, Right.WRITE);

    private RequestRights() {}

    static Need of(Request request) {
        return switch (request) {
            // To find a cluster and to prove who one is.
            case Request.GetView _, Request.Challenge _, Request.LogIn _ -> ANYONE;
            // The private half of a key that has joined is in the request.
            case Request.GetNodeSecret _ -> ANYONE;
            // The secret of a join token, and a signature with the key that the certificate is for, are in the request.
            case Request.EnterCluster _, Request.RenewCertificate _ -> ANYONE;
            case Request.Submit(Operation operation) -> of(operation);
            case Request.Ask(Question question) -> of(question);
            case Request.KeepSession(var session) -> new Need.OwnSession(session);
            case Request.GetDebt _, Request.GetReports _ -> ANY_USER;
            case Request.RenewToken _ -> ANY_USER;
            // Every node keeps a copy of the namespace, in which secrets are wrapped.
            case Request.BackUp _ -> new Need.AdministratorOrNode();
            case Request.StoreChunk store -> new Need.Chunks(WRITE, List.of(store.chunk()));
            case Request.ForwardChunk forward -> new Need.Chunks(WRITE, List.of(forward.chunk()));
            case Request.FetchChunk fetch -> new Need.Chunks(READ, List.of(fetch.chunk()));
            case Request.HasChunk has -> new Need.Chunks(READ_OR_WRITE, has.chunks());
            case Request.VerifyChunks verify -> new Need.Chunks(READ, verify.chunks());
            case Request.ReportChunk report -> new Need.Chunks(READ, List.of(report.chunk()));
            case Request.Heartbeat beat -> new Need.ThatNode(beat.node());
            // For a plan: the leader, which alone knows users, asks the node.
            case Request.GetSizes _ -> ADMINISTRATOR;
            // A server that means to join looks at its surroundings.
            case Request.Examine _ -> ANYONE;
            case Request.GetDigests _, Request.ListSlot _, Request.PromiseToKeep _ -> MEMBER;
            case Request.QuorumCall _ -> new Need.KnowsClusterKeys();
            case Request.GetTokenKeys _ -> MEMBER;
            // From the leader, which is a master.
            case Request.KeepKeys _, Request.TakeSeat _, Request.LeaveSeat _ -> new Need.Master();
        };
    }

    /** A numbered operation belongs to the caller's own session, besides what its command needs. */
    private static Need of(Operation operation) {
        Need need = of(operation.command());
        return operation.session() == null
                ? need
                : new Need.All(List.of(new Need.OwnSession(operation.session()), need));
    }

    static Need of(Command command) {
        return switch (command) {
            case Command.IssueToken _ -> new Need.AdministratorOrMaster();
            case Command.OpenSession _ -> ANY_USER;
            case Command.EndSession(var session) -> new Need.OwnSession(session);
            // What is saved under an id is looked at when its chunks are stored and when it gets a name.
            case Command.Reserve _, Command.Adopt _, Command.Abandon _ -> ANY_USER;
            case Command.Commit commit -> new Need.OneRight(commit.path(), WRITE);
            case Command.MakeDirectory(var path) -> new Need.OneRight(path, WRITE);
            case Command.Remove remove -> new Need.OneRight(remove.path(), WRITE);
            case Command.Rename rename -> rename(rename);
            case Command.SetSweeping _, Command.Rearrange _, Command.SetRebalancing _, Command.SetMasters _ ->
                ADMINISTRATOR;
            case Command.RevokeToken _, Command.SetTrash _ -> ADMINISTRATOR;
            // As a rename from where it was.
            case Command.Untrash untrash ->
                new Need.All(List.of(
                        new Need.Untrashed(untrash.file(), untrash.path()), new Need.OneRight(untrash.path(), WRITE)));
            case Command.Discard discard ->
                discard.ids().isEmpty()
                        ? ANY_USER
                        : new Need.All(discard.ids().stream()
                                .<Need>map(file -> new Need.Trashed(file, WRITE))
                                .toList());
            case Command.AddUser add -> ADMINISTRATOR;
            case Command.RemoveUser _ -> ADMINISTRATOR;
            case Command.RotateSecret rotate -> new Need.Oneself(rotate.name());
            case Command.SetRights set -> new Need.OneRight(set.grant().path(), EnumSet.of(Right.ADMINISTER));
            case Command.Found _,
                    Command.Join _,
                    Command.Seat _,
                    Command.Move _,
                    Command.RaiseLossEpoch _,
                    Command.PublishLayout _,
                    Command.SettleLayout _,
                    Command.Measure _,
                    Command.ForgetNode _,
                    Command.Dissolve _,
                    Command.Attest _,
                    Command.ForgetRemoved _,
                    Command.Restore _,
                    Command.Restored _ -> LEADER;
        };
    }

    /** Write on both sides; and read where it was, or moving a file would make it readable for whoever may read where it went. */
    private static Need rename(Command.Rename rename) {
        List<Need> needs = new ArrayList<>();
        needs.add(new Need.OneRight(rename.from(), WRITE));
        needs.add(new Need.OneRight(rename.from(), READ));
        needs.add(new Need.OneRight(rename.to(), WRITE));
        return new Need.All(needs);
    }

    static Need of(Question question) {
        return switch (question) {
            // What something is, for anyone who may do anything with it; its chunks take a token that only readers get.
            case Question.Lookup(var path) -> new Need.OneRightOrNode(path, ANY_RIGHT);
            case Question.Listing listing -> new Need.OneRight(listing.directory(), EnumSet.of(Right.LIST));
            case Question.View _ -> ANYONE;
            case Question.Users _, Question.Tokens _ -> ADMINISTRATOR;
            // Each user sees what was where he may list.
            case Question.Trash _ -> ANY_USER;
            case Question.IdStates _ -> MEMBER;
        };
    }
}
