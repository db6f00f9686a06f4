using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Fleet.Orchestration.Store.Migrations.Postgres
{
    /// <inheritdoc />
    public partial class TakenReading : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<string>(
                name: "TakenFacts",
                table: "zones",
                type: "text",
                nullable: true);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropColumn(
                name: "TakenFacts",
                table: "zones");
        }
    }
}
