using System.Net.Http.Json;
using Platform.Contracts.Api;
using Platform.Control.Tests.Hosting;
using Platform.Data;

namespace Platform.Control.Tests.People;

public class MemberTests
{
    public static TheoryData<Dialect> Dialects => ControlServer.Dialects;

    [Theory, MemberData(nameof(Dialects))]
    public async Task Invitation_Accepted_MakesAMemberWithTheRoleAndWorksOnce(Dialect dialect)
    {
        await using var server = await ControlServer.StartAsync(dialect);
        var owner = await server.CreateTenantAsync("acme");
        using var invited = await owner.PostAsJsonAsync("/v1/tenants/acme/members", new InviteMemberRequest("Jo@Example.com", TokenRole.Developer));
        var invitation = await invited.ReadAsync<CreatedInvitationResource>(201);
        using var nobody = server.Client(null);
        Assert.EndsWith("/join#" + invitation.Token, invitation.Link, StringComparison.Ordinal);
        Assert.Equal("jo@example.com", Assert.Single((await owner.GetAsync<Page<InvitationResource>>("/v1/tenants/acme/invitations")).Items).Email);

        var body = new AcceptInvitationRequest(invitation.Token, "Jo", ControlServer.UserPassword);
        using var accepted = await nobody.PostAsJsonAsync("/v1/invitations/accept", body);
        using var again = await nobody.PostAsJsonAsync("/v1/invitations/accept", body);

        Assert.Equal(new AcceptedInvitationResource("acme", TokenRole.Developer, "jo@example.com"), await accepted.ReadAsync<AcceptedInvitationResource>(200));
        await again.ProblemAsync(404, "link-invalid");
        using var jo = await server.SignInAsync("JO@example.com");
        var me = await jo.GetAsync<MeResource>("/v1/me");
        Assert.Equal("jo@example.com", me.Email);
        Assert.Equal([new MembershipResource("acme", TokenRole.Developer)], me.Tenants);
        await jo.DeployAsync("acme", "web", Api.Wasm());
        using var refused = await jo.GetAsync("/v1/tenants/acme/tokens");
        await refused.ProblemAsync(403, "role-too-low");
        Assert.Empty((await owner.GetAsync<Page<InvitationResource>>("/v1/tenants/acme/invitations")).Items);
        var member = Assert.Single((await owner.GetAsync<Page<MemberResource>>("/v1/tenants/acme/members")).Items);
        Assert.Equal(("jo@example.com", "Jo", TokenRole.Developer), (member.Email, member.Name, member.Role));
    }

    [Fact]
    public async Task Invitation_PastADayOrTakenBack_IsNoMore()
    {
        var time = new ShiftedTime();
        await using var server = await ControlServer.StartAsync(time: time);
        var owner = await server.CreateTenantAsync("acme");
        using var first = await owner.PostAsJsonAsync("/v1/tenants/acme/members", new InviteMemberRequest("jo@example.com", TokenRole.Viewer));
        using var second = await owner.PostAsJsonAsync("/v1/tenants/acme/members", new InviteMemberRequest("jo@example.com", TokenRole.Viewer));
        var late = await first.ReadAsync<CreatedInvitationResource>(201);
        var taken = await second.ReadAsync<CreatedInvitationResource>(201);
        using var deleted = await owner.DeleteAsync($"/v1/tenants/acme/invitations/{taken.Id}");
        Assert.Equal(204, (int)deleted.StatusCode);
        using var nobody = server.Client(null);

        using var afterTaking = await nobody.PostAsJsonAsync("/v1/invitations/accept", new AcceptInvitationRequest(taken.Token, null, ControlServer.UserPassword));
        time.Advance(TimeSpan.FromHours(24));
        using var afterADay = await nobody.PostAsJsonAsync("/v1/invitations/accept", new AcceptInvitationRequest(late.Token, null, ControlServer.UserPassword));

        await afterTaking.ProblemAsync(404, "link-invalid");
        await afterADay.ProblemAsync(404, "link-invalid");
    }

    [Fact]
    public async Task Invitation_OfAnAddressThatIsAUsers_NeedsThatUserToBeSignedIn()
    {
        await using var server = await ControlServer.StartAsync();
        await server.CreateTenantAsync("acme");
        var other = await server.CreateTenantAsync("other");
        using var jo = await server.CreateUserAsync("acme", "jo@example.com", TokenRole.Viewer);
        using var invited = await other.PostAsJsonAsync("/v1/tenants/other/members", new InviteMemberRequest("jo@example.com", TokenRole.Owner));
        var invitation = await invited.ReadAsync<CreatedInvitationResource>(201);
        using var nobody = server.Client(null);

        using var stranger = await nobody.PostAsJsonAsync("/v1/invitations/accept", new AcceptInvitationRequest(invitation.Token, null, "the password of a stranger"));
        using var accepted = await jo.PostAsJsonAsync("/v1/invitations/accept", new AcceptInvitationRequest(invitation.Token));

        await stranger.ProblemAsync(409, "sign-in-first");
        await accepted.ReadAsync<AcceptedInvitationResource>(200);
        Assert.Equal(
            [new MembershipResource("acme", TokenRole.Viewer), new MembershipResource("other", TokenRole.Owner)], (await jo.GetAsync<MeResource>("/v1/me")).Tenants);
    }

    [Theory, MemberData(nameof(Dialects))]
    public async Task Member_Removed_IsOutWithTheNextRequest(Dialect dialect)
    {
        await using var server = await ControlServer.StartAsync(dialect);
        var owner = await server.CreateTenantAsync("acme");
        using var jo = await server.CreateUserAsync("acme", "jo@example.com", TokenRole.Viewer);
        Assert.Equal("acme", (await jo.GetAsync<TenantResource>("/v1/tenants/acme")).Name);
        var member = Assert.Single((await owner.GetAsync<Page<MemberResource>>("/v1/tenants/acme/members")).Items);

        using var removed = await owner.DeleteAsync($"/v1/tenants/acme/members/{member.Id}");

        Assert.Equal(204, (int)removed.StatusCode);
        using var after = await jo.GetAsync("/v1/tenants/acme");
        await after.ProblemAsync(404, "not-found");
        Assert.Empty((await jo.GetAsync<MeResource>("/v1/me")).Tenants);
    }

    [Theory, MemberData(nameof(Dialects))]
    public async Task LastOwner_RemovedOrLoweredByAnybody_StaysOwner(Dialect dialect)
    {
        await using var server = await ControlServer.StartAsync(dialect);
        await server.CreateTenantAsync("acme");
        using var jo = await server.CreateUserAsync("acme", "jo@example.com", TokenRole.Owner);
        var id = Assert.Single((await jo.GetAsync<Page<MemberResource>>("/v1/tenants/acme/members")).Items).Id;

        using var leaves = await jo.DeleteAsync($"/v1/tenants/acme/members/{id}");
        using var lowered = await jo.PatchAsJsonAsync($"/v1/tenants/acme/members/{id}", new ChangeMemberRequest(TokenRole.Viewer));
        using var byOperator = await server.Operator.DeleteAsync($"/v1/tenants/acme/members/{id}");
        using var deleted = await server.Operator.DeleteAsync($"/v1/users/{id}");

        await leaves.ProblemAsync(409, "last-owner");
        await lowered.ProblemAsync(409, "last-owner");
        await byOperator.ProblemAsync(409, "last-owner");
        await deleted.ProblemAsync(409, "last-owner");
        Assert.Equal(TokenRole.Owner, (await jo.GetAsync<MemberResource>($"/v1/tenants/acme/members/{id}")).Role);
    }

    [Theory, MemberData(nameof(Dialects))]
    public async Task TwoOwners_LeavingAtOnce_OneStays(Dialect dialect)
    {
        await using var server = await ControlServer.StartAsync(dialect);
        await server.CreateTenantAsync("acme");
        using var jo = await server.CreateUserAsync("acme", "jo@example.com", TokenRole.Owner);
        using var al = await server.CreateUserAsync("acme", "al@example.com", TokenRole.Owner);
        var members = (await jo.GetAsync<Page<MemberResource>>("/v1/tenants/acme/members")).Items;

        var answers = await Task.WhenAll(
            jo.DeleteAsync($"/v1/tenants/acme/members/{members[0].Id}"), al.DeleteAsync($"/v1/tenants/acme/members/{members[1].Id}"));

        Assert.Equal([204, 409], answers.Select(answer => (int)answer.StatusCode).Order());
    }

    [Fact]
    public async Task Member_WithoutTheOwnersRole_LeavesButRemovesNobody()
    {
        await using var server = await ControlServer.StartAsync();
        await server.CreateTenantAsync("acme");
        using var jo = await server.CreateUserAsync("acme", "jo@example.com", TokenRole.Viewer);
        using var al = await server.CreateUserAsync("acme", "al@example.com", TokenRole.Developer);
        var members = (await jo.GetAsync<Page<MemberResource>>("/v1/tenants/acme/members")).Items.ToDictionary(member => member.Email, member => member.Id);

        using var other = await jo.DeleteAsync($"/v1/tenants/acme/members/{members["al@example.com"]}");
        using var self = await jo.DeleteAsync($"/v1/tenants/acme/members/{members["jo@example.com"]}");

        await other.ProblemAsync(403, "role-too-low");
        Assert.Equal(204, (int)self.StatusCode);
    }

    [Theory, MemberData(nameof(Dialects))]
    public async Task PasswordReset_ByAnOwner_WorksOnceAndEndsSessions(Dialect dialect)
    {
        await using var server = await ControlServer.StartAsync(dialect);
        var owner = await server.CreateTenantAsync("acme");
        using var jo = await server.CreateUserAsync("acme", "jo@example.com", TokenRole.Viewer);
        var id = Assert.Single((await owner.GetAsync<Page<MemberResource>>("/v1/tenants/acme/members")).Items).Id;
        using var made = await owner.PostAsync($"/v1/tenants/acme/members/{id}/password-reset", null);
        var link = await made.ReadAsync<OneTimeLinkResource>(201);
        using var nobody = server.Client(null);

        using var done = await nobody.PostAsJsonAsync("/v1/password-resets/complete", new CompletePasswordResetRequest(link.Token, "the next password"));
        using var again = await nobody.PostAsJsonAsync("/v1/password-resets/complete", new CompletePasswordResetRequest(link.Token, "one more password"));

        Assert.Equal(204, (int)done.StatusCode);
        await again.ProblemAsync(404, "link-invalid");
        using var old = await jo.GetAsync("/v1/me");
        await old.ProblemAsync(401, "not-signed-in");
        using var wrong = await nobody.PostAsJsonAsync("/v1/sessions", new SignInRequest("jo@example.com", ControlServer.UserPassword));
        await wrong.ProblemAsync(401, "sign-in-failed");
        using var next = await server.SignInAsync("jo@example.com", "the next password");
        Assert.Equal("jo@example.com", (await next.GetAsync<MeResource>("/v1/me")).Email);
    }

    [Fact]
    public async Task PasswordReset_OfAMemberOfOtherTenants_IsTheOperatorsAlone()
    {
        await using var server = await ControlServer.StartAsync();
        var owner = await server.CreateTenantAsync("acme");
        await server.CreateTenantAsync("other");
        using var jo = await server.CreateUserAsync("acme", "jo@example.com", TokenRole.Viewer);
        var id = Assert.Single((await owner.GetAsync<Page<MemberResource>>("/v1/tenants/acme/members")).Items).Id;
        using var early = await owner.PostAsync($"/v1/tenants/acme/members/{id}/password-reset", null);
        var before = await early.ReadAsync<OneTimeLinkResource>(201);
        using var invited = await server.Operator.PostAsJsonAsync("/v1/tenants/other/members", new InviteMemberRequest("jo@example.com", TokenRole.Owner));
        using var joined = await jo.PostAsJsonAsync("/v1/invitations/accept", new AcceptInvitationRequest((await invited.ReadAsync<CreatedInvitationResource>(201)).Token));
        Assert.Equal(200, (int)joined.StatusCode);
        using var nobody = server.Client(null);

        using var late = await owner.PostAsync($"/v1/tenants/acme/members/{id}/password-reset", null);
        using var used = await nobody.PostAsJsonAsync("/v1/password-resets/complete", new CompletePasswordResetRequest(before.Token, "a password of the owner's"));
        using var byOperator = await server.Operator.PostAsync($"/v1/users/{id}/password-reset", null);

        await late.ProblemAsync(403, "operator-needed");
        await used.ProblemAsync(404, "link-invalid");
        await byOperator.ReadAsync<OneTimeLinkResource>(201);
    }

    [Theory]
    [InlineData("jo")]
    [InlineData("jo@")]
    [InlineData("@example.com")]
    [InlineData("jo@example.com, al@example.com")]
    [InlineData("Jo <jo@example.com>")]
    [InlineData("jo@exämple.com")]
    [InlineData("jo\n@example.com")]
    [InlineData("jo'--@example.com@x")]
    public async Task Invite_WhatIsNoAddress_IsRefused(string email)
    {
        await using var server = await ControlServer.StartAsync();
        var owner = await server.CreateTenantAsync("acme");

        using var response = await owner.PostAsJsonAsync("/v1/tenants/acme/members", new InviteMemberRequest(email, TokenRole.Viewer));

        await response.ProblemAsync(400, "invalid-request");
    }

    [Fact]
    public async Task Secrets_OfPeople_StandNowhereInTheStore()
    {
        await using var server = await ControlServer.StartAsync();
        var owner = await server.CreateTenantAsync("acme");
        using var jo = await server.CreateUserAsync("acme", "jo@example.com", TokenRole.Owner, "planted password 4711");
        using var invited = await jo.PostAsJsonAsync("/v1/tenants/acme/members", new InviteMemberRequest("al@example.com", TokenRole.Viewer));
        var invitation = await invited.ReadAsync<CreatedInvitationResource>(201);
        using var key = new HttpRequestMessage(HttpMethod.Post, "/v1/tenants/acme/tokens") { Content = JsonContent.Create(new CreateTokenRequest("ci", TokenRole.Viewer)) };
        key.Headers.Add("Idempotency-Key", "one");
        using var created = await jo.SendAsync(key);
        var token = await created.ReadAsync<CreatedTokenResource>(201);
        var session = jo.DefaultRequestHeaders.Authorization!.Parameter!;

        await server.StopAsync();

        var files = System.IO.Directory.GetFiles(server.Directory.FullName, "*.db*").Select(file => System.Text.Encoding.Latin1.GetString(File.ReadAllBytes(file))).ToList();
        foreach (var secret in (string[])["planted password 4711", invitation.Token, token.Token, session])
        {
            Assert.All(files, file => Assert.DoesNotContain(secret, file, StringComparison.Ordinal));
        }

        Assert.Contains(files, file => file.Contains("jo@example.com", StringComparison.Ordinal));
    }
}
