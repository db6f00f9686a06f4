using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Fleet.Orchestration.Store.Migrations.Postgres
{
    /// <inheritdoc />
    public partial class ZoneChecks : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "zone_checks",
                columns: table => new
                {
                    Id = table.Column<Guid>(type: "uuid", nullable: false),
                    CheckId = table.Column<Guid>(type: "uuid", nullable: false),
                    Zone = table.Column<string>(type: "text", nullable: false),
                    AskedAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    EndedAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    Answered = table.Column<bool>(type: "boolean", nullable: false),
                    Check = table.Column<string>(type: "text", nullable: false),
                    Version = table.Column<int>(type: "integer", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_zone_checks", x => x.Id);
                });

            migrationBuilder.CreateIndex(
                name: "IX_zone_checks_CheckId",
                table: "zone_checks",
                column: "CheckId");

            migrationBuilder.CreateIndex(
                name: "IX_zone_checks_EndedAt",
                table: "zone_checks",
                column: "EndedAt");

            migrationBuilder.CreateIndex(
                name: "IX_zone_checks_Zone_AskedAt",
                table: "zone_checks",
                columns: new[] { "Zone", "AskedAt" });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "zone_checks");
        }
    }
}
