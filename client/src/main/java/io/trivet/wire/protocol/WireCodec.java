package io.trivet.wire.protocol;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.trivet.message.CommandCodec;
import io.trivet.message.QueryCodec;
import io.trivet.message.StateCodec;
import io.trivet.message.WireMessages;
import io.trivet.model.Address;
import io.trivet.model.ChunkId;
import io.trivet.model.ChunkSize;
import io.trivet.model.ClusterView;
import io.trivet.model.NodeId;
import io.trivet.model.RemotePath;
import io.trivet.model.ScrubReport;
import io.trivet.model.SessionId;
import io.trivet.model.Slot;
import io.trivet.model.StorageReport;
import io.trivet.model.TrivetException;
import java.net.ProtocolException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Converts requests and replies to messages of {@code wire.proto} and back. Throws {@link
 * ProtocolException} for bytes that are no valid message.
 */
public final class WireCodec {
    private WireCodec() {}

    public static WireMessages.Request to(RequestEnvelope requestEnvelope) {
        WireMessages.Request.Builder builder = WireMessages.Request.newBuilder();
        if (requestEnvelope.target() instanceof NodeId target) {
            builder.setTarget(target.number());
        }
        if (requestEnvelope.id() instanceof RequestId id) {
            builder.setRequestId(id.value());
        }
        if (requestEnvelope.token() instanceof byte[] token) {
            builder.setToken(ByteString.copyFrom(token));
        }
        switch (requestEnvelope.request()) {
            case Request.GetView _ -> builder.setGetView(WireMessages.Request.GetView.getDefaultInstance());
            case Request.Heartbeat beat ->
                builder.setHeartbeat(withStorage(beat.storage())
                        .setNode(beat.node().number())
                        .setViewVersion(beat.viewVersion())
                        .setUsedBytes(beat.usedBytes())
                        .setFreeBytes(beat.freeBytes())
                        .setCapacityBytes(beat.capacityBytes())
                        .setAcceptsChunks(beat.acceptsChunks())
                        .setLossEpoch(beat.lossEpoch())
                        .setScrub(to(beat.scrub()))
                        .setRepair(RepairCodec.to(beat.repair()))
                        .setSeat(SeatCodec.to(beat.seat()))
                        .setInstance(beat.instance())
                        .setAddressVersion(beat.addressVersion())
                        .setAddress(beat.address().toString())
                        .setClockMs(beat.clockMs()));
            case Request.Submit submit -> builder.setSubmit(CommandCodec.to(submit.operation()));
            case Request.Ask ask -> builder.setAsk(QueryCodec.to(ask.query()));
            case Request.KeepSession keep ->
                builder.setKeepSession(WireMessages.Request.KeepSession.newBuilder()
                        .setSession(keep.session().number()));
            case Request.StoreChunk store ->
                builder.setStoreChunk(WireMessages.Request.StoreChunk.newBuilder()
                        .setChunk(to(store.chunk()))
                        .setFirst(store.first().number())
                        .setChunkSize(store.chunkSize().bytes())
                        .setLength(store.length())
                        .setLast(store.last())
                        .setPath(store.path().toString())
                        .addAllChain(numbers(store.chain()))
                        .setHop(store.hop())
                        .setCheckSha256(store.checkSha256()));
            case Request.ForwardChunk forward ->
                builder.setForwardChunk(WireMessages.Request.ForwardChunk.newBuilder()
                        .setChunk(to(forward.chunk()))
                        .setFirst(forward.first().number())
                        .addAllChain(numbers(forward.chain())));
            case Request.FetchChunk fetch ->
                builder.setFetchChunk(WireMessages.Request.FetchChunk.newBuilder()
                        .setChunk(to(fetch.chunk()))
                        .setFirst(fetch.first().number())
                        .setOffset(fetch.offset())
                        .setLength(fetch.length()));
            case Request.HasChunk has ->
                builder.setHasChunk(WireMessages.Request.HasChunk.newBuilder()
                        .setFirst(has.first().number())
                        .addAllChunks(has.chunks().stream().map(WireCodec::to).toList()));
            case Request.ReportChunk report ->
                builder.setReportChunk(WireMessages.Request.ReportChunk.newBuilder()
                        .setChunk(to(report.chunk()))
                        .setFirst(report.first().number())
                        .setReason(report.reason()));
            case Request.TakeSeat take ->
                builder.setTakeSeat(WireMessages.Request.TakeSeat.newBuilder().setEpoch(take.epoch()));
            case Request.LeaveSeat leave ->
                builder.setLeaveSeat(WireMessages.Request.LeaveSeat.newBuilder().setEpoch(leave.epoch()));
            case Request.EnterCluster enter -> builder.setEnterCluster(JoinCodec.to(enter));
            case Request.RenewCertificate renew -> builder.setRenewCertificate(JoinCodec.to(renew));
            case Request.Rekey rekey ->
                builder.setRekey(WireMessages.Request.Rekey.newBuilder()
                        .setBefore(rekey.before())
                        .setOverlapSeconds(rekey.overlap().toSeconds()));
            case Request.GetClusterKeys _ -> builder.setGetClusterKeys(true);
            case Request.KeepKeys keep -> builder.setKeepKeys(JoinCodec.to(keep));
            case Request.BackUp backUp ->
                builder.setBackUp(WireMessages.Request.BackUp.newBuilder().setNewerThan(backUp.newerThan()));
            case Request.QuorumCall call ->
                builder.setQuorumCall(
                        WireMessages.Request.QuorumCall.newBuilder().setMethod(call.method()));
            case Request.GetSizes(var node) ->
                builder.setGetSizes(WireMessages.Request.GetSizes.newBuilder().setNode(node.number()));
            case Request.GetDigests get ->
                builder.setGetDigests(WireMessages.Request.GetDigests.newBuilder()
                        .addAllSlots(get.slots().stream().map(Slot::number).toList()));
            case Request.ListSlot list -> builder.setListSlot(RepairCodec.to(list));
            case Request.PromiseToKeep promise -> builder.setPromiseToKeep(RepairCodec.to(promise));
            case Request.Examine examine ->
                builder.setExamine(WireMessages.Request.Examine.newBuilder()
                        .setAddress(examine.address().toString()));
            case Request.GetReports _ -> builder.setGetReports(WireMessages.Request.GetReports.getDefaultInstance());
            case Request.GetDebt _ -> builder.setGetDebt(WireMessages.Request.GetDebt.getDefaultInstance());
            case Request.Challenge _ -> builder.setChallenge(WireMessages.Request.Challenge.getDefaultInstance());
            case Request.LogIn login -> builder.setLogIn(IdentityCodec.to(login));
            case Request.GetNodeSecret get -> builder.setGetNodeSecret(ByteString.copyFrom(get.privateKey()));
            case Request.GetTokenKeys _ ->
                builder.setGetTokenKeys(WireMessages.Request.GetTokenKeys.getDefaultInstance());
            case Request.RenewToken _ -> builder.setRenewToken(WireMessages.Request.RenewToken.getDefaultInstance());
            case Request.SignReceipt sign -> builder.setSignReceipt(ReceiptCodec.to(sign));
            case Request.VerifyChunks verify ->
                builder.setVerifyChunks(WireMessages.Request.VerifyChunks.newBuilder()
                        .setFirst(verify.first().number())
                        .addAllChunks(
                                verify.chunks().stream().map(WireCodec::to).toList()));
        }
        return builder.build();
    }

    public static RequestEnvelope request(byte[] header) throws ProtocolException {
        return parse("request", () -> {
            WireMessages.Request message = WireMessages.Request.parseFrom(header);
            return new RequestEnvelope(
                    message.hasTarget() ? new NodeId(message.getTarget()) : null,
                    from(message),
                    message.hasRequestId() ? new RequestId(message.getRequestId()) : null,
                    message.getToken().isEmpty() ? null : message.getToken().toByteArray());
        });
    }

    private static Request from(WireMessages.Request message) {
        return switch (message.getKindCase()) {
            case GET_VIEW -> new Request.GetView();
            case CHALLENGE -> new Request.Challenge();
            case LOG_IN -> IdentityCodec.from(message.getLogIn());
            case GET_NODE_SECRET ->
                new Request.GetNodeSecret(message.getGetNodeSecret().toByteArray());
            case GET_TOKEN_KEYS -> new Request.GetTokenKeys();
            case RENEW_TOKEN -> new Request.RenewToken();
            case HEARTBEAT -> from(message.getHeartbeat());
            case SUBMIT -> new Request.Submit(CommandCodec.from(message.getSubmit()));
            case ASK -> new Request.Ask(QueryCodec.from(message.getAsk()));
            case KEEP_SESSION ->
                new Request.KeepSession(new SessionId(message.getKeepSession().getSession()));
            case STORE_CHUNK -> from(message.getStoreChunk());
            case FORWARD_CHUNK ->
                new Request.ForwardChunk(
                        from(message.getForwardChunk().getChunk()),
                        new Slot(message.getForwardChunk().getFirst()),
                        nodes(message.getForwardChunk().getChainList()));
            case FETCH_CHUNK ->
                new Request.FetchChunk(
                        from(message.getFetchChunk().getChunk()),
                        new Slot(message.getFetchChunk().getFirst()),
                        message.getFetchChunk().getOffset(),
                        message.getFetchChunk().getLength());
            case HAS_CHUNK ->
                new Request.HasChunk(
                        new Slot(message.getHasChunk().getFirst()),
                        message.getHasChunk().getChunksList().stream()
                                .map(WireCodec::from)
                                .toList());
            case REPORT_CHUNK ->
                new Request.ReportChunk(
                        from(message.getReportChunk().getChunk()),
                        new Slot(message.getReportChunk().getFirst()),
                        message.getReportChunk().getReason());
            case TAKE_SEAT -> new Request.TakeSeat(message.getTakeSeat().getEpoch());
            case LEAVE_SEAT -> new Request.LeaveSeat(message.getLeaveSeat().getEpoch());
            case ENTER_CLUSTER -> JoinCodec.from(message.getEnterCluster());
            case RENEW_CERTIFICATE -> JoinCodec.from(message.getRenewCertificate());
            case REKEY ->
                new Request.Rekey(
                        message.getRekey().getBefore(),
                        Duration.ofSeconds(message.getRekey().getOverlapSeconds()));
            case GET_CLUSTER_KEYS -> new Request.GetClusterKeys();
            case KEEP_KEYS -> JoinCodec.from(message.getKeepKeys());
            case BACK_UP -> new Request.BackUp(message.getBackUp().getNewerThan());
            case QUORUM_CALL -> new Request.QuorumCall(message.getQuorumCall().getMethod());
            case GET_SIZES ->
                new Request.GetSizes(new NodeId(message.getGetSizes().getNode()));
            case GET_DIGESTS ->
                new Request.GetDigests(message.getGetDigests().getSlotsList().stream()
                        .map(Slot::new)
                        .toList());
            case LIST_SLOT -> RepairCodec.from(message.getListSlot());
            case PROMISE_TO_KEEP -> RepairCodec.from(message.getPromiseToKeep());
            case GET_DEBT -> new Request.GetDebt();
            case GET_REPORTS -> new Request.GetReports();
            case EXAMINE ->
                new Request.Examine(Address.parse(message.getExamine().getAddress()));
            case SIGN_RECEIPT -> ReceiptCodec.from(message.getSignReceipt());
            case VERIFY_CHUNKS ->
                new Request.VerifyChunks(
                        new Slot(message.getVerifyChunks().getFirst()),
                        message.getVerifyChunks().getChunksList().stream()
                                .map(WireCodec::from)
                                .toList());
            case KIND_NOT_SET -> throw unknown("request");
        };
    }

    private static Request.Heartbeat from(WireMessages.Request.Heartbeat message) {
        return new Request.Heartbeat(
                new NodeId(message.getNode()),
                Address.parse(message.getAddress()),
                message.getViewVersion(),
                message.getUsedBytes(),
                message.getFreeBytes(),
                message.getCapacityBytes(),
                message.getAcceptsChunks(),
                message.getLossEpoch(),
                from(message.getScrub()),
                RepairCodec.from(message.getRepair()),
                SeatCodec.from(message.getSeat()),
                from(message.getStorage()),
                message.getInstance(),
                message.getClockMs(),
                message.getAddressVersion());
    }

    private static Request.StoreChunk from(WireMessages.Request.StoreChunk message) {
        return new Request.StoreChunk(
                from(message.getChunk()),
                new Slot(message.getFirst()),
                new ChunkSize(message.getChunkSize()),
                message.getLength(),
                message.getLast(),
                RemotePath.parse(message.getPath()),
                nodes(message.getChainList()),
                message.getHop(),
                message.getCheckSha256());
    }

    public static WireMessages.Response to(Reply reply) {
        WireMessages.Response.Builder builder = WireMessages.Response.newBuilder();
        WireMessages.Response.Done done = WireMessages.Response.Done.getDefaultInstance();
        switch (reply) {
            case Reply.Refused refused -> builder.setRefused(StateCodec.to(refused.refusal()));
            case Reply.Done _ -> builder.setDone(done);
            case Reply.ViewOf view -> builder.setView(to(view));
            case Reply.OutcomeOf outcome -> builder.setOutcome(StateCodec.to(outcome.outcome()));
            case Reply.AnswerOf answer -> builder.setAnswer(QueryCodec.to(answer.queryResult()));
            case Reply.Stored stored -> builder.setStored(to(stored));
            case Reply.Fetched fetched ->
                builder.setFetched(WireMessages.Response.Fetched.newBuilder()
                        .setOffset(fetched.offset())
                        .setLength(fetched.length())
                        .setChunkLength(fetched.chunkLength()));
            case Reply.Has has ->
                builder.setHas(WireMessages.Response.Has.newBuilder()
                        .addAllHeld(has.held().stream().map(WireCodec::to).toList())
                        .setLossEpoch(has.lossEpoch()));
            case Reply.Examined examined ->
                builder.setExamined(WireMessages.Response.Examined.newBuilder()
                        .setNowMs(examined.now().toEpochMilli())
                        .setSeenFrom(examined.seenFrom())
                        .addAllResolved(examined.resolved())
                        .setReached(examined.reached())
                        .setReason(examined.reason()));
            case Reply.Entered entered -> builder.setEntered(JoinCodec.to(entered));
            case Reply.QuorumReply _ -> builder.setQuorumReply(done);
            case Reply.Digests digests -> builder.setDigests(RepairCodec.to(digests));
            case Reply.Names names -> builder.setNames(RepairCodec.to(names));
            case Reply.Promised promised ->
                builder.setPromised(WireMessages.Response.Promised.newBuilder()
                        .addAllChunks(
                                promised.chunks().stream().map(WireCodec::to).toList()));
            case Reply.DebtOf debt -> builder.setDebt(RepairCodec.to(debt.debt()));
            case Reply.Reports reports -> builder.setReports(RepairCodec.to(reports));
            case Reply.Challenged challenged -> builder.setChallenged(ByteString.copyFrom(challenged.nonce()));
            case Reply.LoggedIn in -> builder.setLoggedIn(ByteString.copyFrom(in.proof()));
            case Reply.Sealed sealed -> builder.setSealed(ByteString.copyFrom(sealed.bytes()));
            case Reply.TokenKeys keys -> builder.setTokenKeys(IdentityCodec.to(keys));
            case Reply.WithToken with ->
                builder.mergeFrom(to(with.reply()))
                        .setToken(ByteString.copyFrom(with.token()))
                        .setTokenValidMs(with.validMs());
            case Reply.Signed signed -> builder.setSigned(ReceiptCodec.to(signed));
            case Reply.Verified verified ->
                builder.setVerified(WireMessages.Response.Verified.newBuilder()
                        .addAllChecked(
                                verified.checked().stream().map(WireCodec::to).toList()));
        }
        return builder.build();
    }

    public static Reply reply(byte[] header) throws ProtocolException {
        return parse("answer", () -> {
            WireMessages.Response message = WireMessages.Response.parseFrom(header);
            Reply reply = from(message);
            return message.getToken().isEmpty()
                    ? reply
                    : new Reply.WithToken(reply, message.getToken().toByteArray(), message.getTokenValidMs());
        });
    }

    private static Reply from(WireMessages.Response message) {
        return switch (message.getKindCase()) {
            case REFUSED -> new Reply.Refused(StateCodec.from(message.getRefused()));
            case DONE -> new Reply.Done();
            case VIEW -> from(message.getView());
            case OUTCOME -> new Reply.OutcomeOf(StateCodec.from(message.getOutcome()));
            case ANSWER -> new Reply.AnswerOf(QueryCodec.from(message.getAnswer()));
            case STORED -> from(message.getStored());
            case SIGNED -> ReceiptCodec.from(message.getSigned());
            case FETCHED ->
                new Reply.Fetched(
                        message.getFetched().getOffset(),
                        message.getFetched().getLength(),
                        message.getFetched().getChunkLength());
            case HAS ->
                new Reply.Has(
                        message.getHas().getHeldList().stream()
                                .map(WireCodec::from)
                                .toList(),
                        message.getHas().getLossEpoch());
            case EXAMINED ->
                new Reply.Examined(
                        Instant.ofEpochMilli(message.getExamined().getNowMs()),
                        message.getExamined().getSeenFrom(),
                        message.getExamined().getResolvedList(),
                        message.getExamined().getReached(),
                        message.getExamined().getReason());
            case ENTERED -> JoinCodec.from(message.getEntered());
            case QUORUM_REPLY -> new Reply.QuorumReply();
            case DIGESTS -> RepairCodec.from(message.getDigests());
            case NAMES -> RepairCodec.from(message.getNames());
            case PROMISED ->
                new Reply.Promised(message.getPromised().getChunksList().stream()
                        .map(WireCodec::from)
                        .toList());
            case DEBT -> new Reply.DebtOf(RepairCodec.from(message.getDebt()));
            case REPORTS -> RepairCodec.from(message.getReports());
            case CHALLENGED -> new Reply.Challenged(message.getChallenged().toByteArray());
            case LOGGED_IN -> new Reply.LoggedIn(message.getLoggedIn().toByteArray());
            case SEALED -> new Reply.Sealed(message.getSealed().toByteArray());
            case TOKEN_KEYS -> IdentityCodec.from(message.getTokenKeys());
            case VERIFIED ->
                new Reply.Verified(message.getVerified().getCheckedList().stream()
                        .map(WireCodec::from)
                        .toList());
            case KIND_NOT_SET -> throw unknown("answer");
        };
    }

    private static WireMessages.Response.ViewOf to(Reply.ViewOf view) {
        WireMessages.Response.ViewOf.Builder builder = WireMessages.Response.ViewOf.newBuilder()
                .setNode(view.node().number())
                .setEvent(view.event())
                .setTimeMs(view.timeMs());
        if (view.view() instanceof ClusterView known) {
            builder.setView(StateCodec.to(known));
        }
        if (view.leader() instanceof NodeId leader) {
            builder.setLeader(leader.number());
        }
        view.states()
                .forEach(state -> builder.addStates(stateWithStorageAndSeat(state)
                        .setNode(state.node().number())
                        .setReachable(state.reachable())
                        .setUnheard(!state.heard())
                        .setUsedBytes(state.usedBytes())
                        .setFreeBytes(state.freeBytes())
                        .setAcceptsChunks(state.acceptsChunks())
                        .setScrub(to(state.scrub()))
                        .setClockAheadMs(state.clockAheadMs())));
        view.moved()
                .forEach(moved -> builder.addMoved(WireMessages.Response.Moved.newBuilder()
                        .setNode(moved.node().number())
                        .setAddress(moved.address().toString())
                        .setVersion(moved.version())));
        return builder.build();
    }

    private static Reply.ViewOf from(WireMessages.Response.ViewOf message) {
        @Nullable ClusterView view = message.hasView() ? StateCodec.from(message.getView()) : null;
        @Nullable NodeId leader = message.hasLeader() ? new NodeId(message.getLeader()) : null;
        return new Reply.ViewOf(
                new NodeId(message.getNode()),
                view,
                leader,
                message.getStatesList().stream()
                        .map(state -> new Reply.NodeState(
                                new NodeId(state.getNode()),
                                state.getReachable(),
                                !state.getUnheard(),
                                state.getUsedBytes(),
                                state.getFreeBytes(),
                                state.getAcceptsChunks(),
                                from(state.getScrub()),
                                from(state.getStorage()),
                                state.getClockAheadMs(),
                                state.hasSeat() ? Optional.of(SeatCodec.from(state.getSeat())) : Optional.empty()))
                        .toList(),
                message.getEvent(),
                message.getTimeMs(),
                message.getMovedList().stream()
                        .map(moved -> new Reply.Moved(
                                new NodeId(moved.getNode()), Address.parse(moved.getAddress()), moved.getVersion()))
                        .toList());
    }

    private static WireMessages.Response.Stored to(Reply.Stored stored) {
        return WireMessages.Response.Stored.newBuilder()
                .addAllHolders(stored.holders().stream().map(WireCodec::to).toList())
                .addAllFailures(stored.failures().stream()
                        .map(failure -> WireMessages.Response.Failure.newBuilder()
                                .setNode(failure.node().number())
                                .setRefusal(StateCodec.to(failure.refusal()))
                                .build())
                        .toList())
                .setLength(stored.length())
                .setCrc32C(stored.crc32c())
                .setSha256(StateCodec.bytes(stored.sha256()))
                .build();
    }

    private static WireMessages.Response.Holder to(Reply.Holder holder) {
        WireMessages.Response.Holder.Builder builder = WireMessages.Response.Holder.newBuilder()
                .setNode(holder.node().number())
                .setLossEpoch(holder.lossEpoch());
        if (holder.receipt() != null) {
            builder.setReceipt(StateCodec.to(holder.receipt()));
        }
        return builder.build();
    }

    private static Reply.Holder from(WireMessages.Response.Holder message) {
        return new Reply.Holder(
                new NodeId(message.getNode()),
                message.getLossEpoch(),
                message.hasReceipt() ? StateCodec.from(message.getReceipt()) : null);
    }

    private static Reply.Stored from(WireMessages.Response.Stored message) {
        return new Reply.Stored(
                message.getHoldersList().stream().map(WireCodec::from).toList(),
                message.getFailuresList().stream()
                        .map(failure ->
                                new Reply.Failure(new NodeId(failure.getNode()), StateCodec.from(failure.getRefusal())))
                        .toList(),
                message.getLength(),
                message.getCrc32C(),
                StateCodec.sha256(message.getSha256()));
    }

    static WireMessages.Held to(Reply.Held held) {
        return WireMessages.Held.newBuilder()
                .setChunk(to(held.chunk()))
                .setLength(held.length())
                .setCrc32C(held.crc32c())
                .setSha256(StateCodec.bytes(held.sha256()))
                .build();
    }

    static Reply.Held from(WireMessages.Held message) {
        return new Reply.Held(
                from(message.getChunk()),
                message.getLength(),
                message.getCrc32C(),
                StateCodec.sha256(message.getSha256()));
    }

    private static WireMessages.Response.Checked to(Reply.Checked checked) {
        return WireMessages.Response.Checked.newBuilder()
                .setChunk(to(checked.chunk()))
                .setCondition(
                        switch (checked.condition()) {
                            case SOUND -> WireMessages.Response.Condition.SOUND;
                            case BAD -> WireMessages.Response.Condition.BAD;
                            case ABSENT -> WireMessages.Response.Condition.ABSENT;
                        })
                .setLength(checked.length())
                .setCrc32C(checked.crc32c())
                .setSha256(StateCodec.bytes(checked.sha256()))
                .build();
    }

    private static Reply.Checked from(WireMessages.Response.Checked message) {
        Reply.Condition condition = switch (message.getCondition()) {
            case SOUND -> Reply.Condition.SOUND;
            case BAD -> Reply.Condition.BAD;
            case ABSENT -> Reply.Condition.ABSENT;
            case NOT_SAID, UNRECOGNIZED -> throw unknown("condition of a replica");
        };
        return new Reply.Checked(
                from(message.getChunk()),
                condition,
                message.getLength(),
                message.getCrc32C(),
                StateCodec.sha256(message.getSha256()));
    }

    /** Omits the report if all disks are well, like releases without it. */
    private static WireMessages.Request.Heartbeat.Builder withStorage(StorageReport storage) {
        WireMessages.Request.Heartbeat.Builder beat = WireMessages.Request.Heartbeat.newBuilder();
        return storage.equals(StorageReport.NONE) ? beat : beat.setStorage(to(storage));
    }

    private static WireMessages.Response.NodeState.Builder stateWithStorageAndSeat(Reply.NodeState state) {
        WireMessages.Response.NodeState.Builder builder = WireMessages.Response.NodeState.newBuilder();
        state.seat().map(SeatCodec::to).ifPresent(builder::setSeat);
        return state.storage().equals(StorageReport.NONE) ? builder : builder.setStorage(to(state.storage()));
    }

    private static WireMessages.Storage to(StorageReport storage) {
        int state = switch (storage.state()) {
            case WRITABLE -> 0;
            case FULL -> 1;
            case READ_ONLY -> 2;
            case FAILED -> 3;
        };
        return WireMessages.Storage.newBuilder()
                .setState(state)
                .setTrouble(storage.trouble())
                .build();
    }

    private static StorageReport from(WireMessages.Storage message) {
        StorageReport.State state = switch (message.getState()) {
            case 0 -> StorageReport.State.WRITABLE;
            case 1 -> StorageReport.State.FULL;
            case 2 -> StorageReport.State.READ_ONLY;
            case 3 -> StorageReport.State.FAILED;
            default -> throw unknown("state of storage " + message.getState());
        };
        return new StorageReport(state, message.getTrouble());
    }

    private static WireMessages.Scrub to(ScrubReport scrub) {
        return WireMessages.Scrub.newBuilder()
                .setChunks(scrub.chunks())
                .setBytes(scrub.bytes())
                .setBad(scrub.bad())
                .setCompletedMs(scrub.completedMs())
                .build();
    }

    private static ScrubReport from(WireMessages.Scrub message) {
        return new ScrubReport(message.getChunks(), message.getBytes(), message.getBad(), message.getCompletedMs());
    }

    static WireMessages.ChunkId to(ChunkId chunk) {
        return WireMessages.ChunkId.newBuilder()
                .setFile(StateCodec.to(chunk.file()))
                .setNumber(chunk.number())
                .build();
    }

    static ChunkId from(WireMessages.ChunkId message) {
        return new ChunkId(StateCodec.from(message.getFile()), message.getNumber());
    }

    private static List<Integer> numbers(List<NodeId> nodes) {
        return nodes.stream().map(NodeId::number).toList();
    }

    private static List<NodeId> nodes(List<Integer> numbers) {
        return numbers.stream().map(NodeId::new).toList();
    }

    private interface Parser<T> {
        T parse() throws InvalidProtocolBufferException;
    }

    private static <T> T parse(String what, Parser<T> parser) throws ProtocolException {
        try {
            return parser.parse();
        } catch (InvalidProtocolBufferException | IllegalArgumentException | TrivetException e) {
            ProtocolException invalid = new ProtocolException("not a valid " + what + ": " + e.getMessage());
            invalid.initCause(e);
            throw invalid;
        }
    }

    private static IllegalArgumentException unknown(String what) {
        return new IllegalArgumentException("this " + what + " is of a kind that this release does not know");
    }
}
