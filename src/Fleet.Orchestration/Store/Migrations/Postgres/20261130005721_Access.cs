using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Fleet.Orchestration.Store.Migrations.Postgres
{
    /// <inheritdoc />
    public partial class Access : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<string>(
                name: "Signature",
                table: "runbooks",
                type: "text",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "SignedBy",
                table: "runbooks",
                type: "text",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "Signature",
                table: "packages",
                type: "text",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "SignedBy",
                table: "packages",
                type: "text",
                nullable: true);

            migrationBuilder.AddColumn<int>(
                name: "Format",
                table: "audit_seals",
                type: "integer",
                nullable: false,
                defaultValue: 1);

            migrationBuilder.AddColumn<string>(
                name: "Outcome",
                table: "audit",
                type: "text",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "Source",
                table: "audit",
                type: "text",
                nullable: true);

            migrationBuilder.CreateTable(
                name: "chat_accounts",
                columns: table => new
                {
                    Chat = table.Column<string>(type: "text", nullable: false),
                    Account = table.Column<string>(type: "text", nullable: false),
                    Name = table.Column<string>(type: "text", nullable: false),
                    Rights = table.Column<string>(type: "text", nullable: false),
                    LinkedAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    LinkedBy = table.Column<string>(type: "text", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_chat_accounts", x => new { x.Chat, x.Account });
                });

            migrationBuilder.CreateTable(
                name: "tokens",
                columns: table => new
                {
                    Id = table.Column<string>(type: "text", nullable: false),
                    Name = table.Column<string>(type: "text", nullable: false),
                    Digest = table.Column<string>(type: "text", nullable: false),
                    Rights = table.Column<string>(type: "text", nullable: false),
                    CreatedAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    CreatedBy = table.Column<string>(type: "text", nullable: false),
                    ExpiresAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    RevokedAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    RevokedBy = table.Column<string>(type: "text", nullable: true),
                    LastUsedAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_tokens", x => x.Id);
                });

            migrationBuilder.CreateTable(
                name: "web_keys",
                columns: table => new
                {
                    Id = table.Column<string>(type: "text", nullable: false),
                    Xml = table.Column<string>(type: "text", nullable: false),
                    AddedAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_web_keys", x => x.Id);
                });

            migrationBuilder.CreateIndex(
                name: "IX_tokens_Digest",
                table: "tokens",
                column: "Digest",
                unique: true);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "chat_accounts");

            migrationBuilder.DropTable(
                name: "tokens");

            migrationBuilder.DropTable(
                name: "web_keys");

            migrationBuilder.DropColumn(
                name: "Signature",
                table: "runbooks");

            migrationBuilder.DropColumn(
                name: "SignedBy",
                table: "runbooks");

            migrationBuilder.DropColumn(
                name: "Signature",
                table: "packages");

            migrationBuilder.DropColumn(
                name: "SignedBy",
                table: "packages");

            migrationBuilder.DropColumn(
                name: "Format",
                table: "audit_seals");

            migrationBuilder.DropColumn(
                name: "Outcome",
                table: "audit");

            migrationBuilder.DropColumn(
                name: "Source",
                table: "audit");
        }
    }
}
