//! The query engine over our tables: a plain Parquet scan of a list of files, and the rows in memory beside it.

use std::sync::Arc;

use arrow::array::RecordBatch;
use arrow::datatypes::SchemaRef;
use async_trait::async_trait;
use datafusion::catalog::{Session, TableProvider};
use datafusion::common::DFSchema;
use datafusion::datasource::listing::PartitionedFile;
use datafusion::datasource::physical_plan::{FileGroup, FileScanConfigBuilder, ParquetSource};
use datafusion::datasource::source::DataSourceExec;
use datafusion::datasource::{MemTable, TableType};
use datafusion::error::Result;
use datafusion::execution::memory_pool::FairSpillPool;
use datafusion::execution::object_store::ObjectStoreUrl;
use datafusion::execution::runtime_env::{RuntimeEnv, RuntimeEnvBuilder};
use datafusion::logical_expr::utils::conjunction;
use datafusion::logical_expr::{Expr, TableProviderFilterPushDown};
use datafusion::physical_plan::ExecutionPlan;
use datafusion::prelude::{DataFrame, SessionConfig, SessionContext};

use crate::data_file::DataFile;
use crate::table::Table;

/// Memory that all queries together may take before they spill.
const QUERY_MEMORY_BYTES: usize = 512 * 1024 * 1024;
/// Plans run on as many partitions as the machines we are built for have cores.
const PARTITIONS: usize = 2;

/// The engine with its limits, shared by all queries.
pub(crate) struct Engine {
    runtime: Arc<RuntimeEnv>,
}

impl Engine {
    pub(crate) fn new() -> Result<Self> {
        let runtime = RuntimeEnvBuilder::new()
            .with_memory_pool(Arc::new(FairSpillPool::new(QUERY_MEMORY_BYTES)))
            .build_arc()?;
        Ok(Self { runtime })
    }

    fn session(&self) -> SessionContext {
        let config = SessionConfig::new()
            .with_target_partitions(PARTITIONS)
            .with_information_schema(false)
            .set_bool("datafusion.execution.parquet.pushdown_filters", true)
            .set_bool("datafusion.execution.parquet.reorder_filters", true)
            .set_bool("datafusion.execution.parquet.bloom_filter_on_read", true);
        SessionContext::new_with_config_rt(config, Arc::clone(&self.runtime))
    }

    /// The rows of these files that meet `visible`, and the rows in memory beside them.
    pub(crate) fn rows(
        &self,
        table: &Table,
        files: Vec<Arc<DataFile>>,
        visible: Expr,
        in_memory: RecordBatch,
    ) -> Result<DataFrame> {
        let session = self.session();
        let memory = MemTable::try_new(Arc::clone(&table.definition.schema), vec![vec![in_memory]])?;
        let memory = session.read_table(Arc::new(memory))?;
        if files.is_empty() {
            return Ok(memory);
        }
        let files = FileTable {
            schema: Arc::clone(&table.definition.schema),
            root: table.root().to_string_lossy().trim_start_matches('/').to_owned(),
            files,
        };
        session
            .read_table(Arc::new(files))?
            .filter(visible)?
            .union(memory)
    }
}

/// Parquet files with one schema. A column that a file lacks reads as null.
#[derive(Debug)]
struct FileTable {
    schema: SchemaRef,
    root: String,
    files: Vec<Arc<DataFile>>,
}

#[async_trait]
impl TableProvider for FileTable {
    fn schema(&self) -> SchemaRef {
        Arc::clone(&self.schema)
    }

    fn table_type(&self) -> TableType {
        TableType::Base
    }

    fn supports_filters_pushdown(&self, filters: &[&Expr]) -> Result<Vec<TableProviderFilterPushDown>> {
        Ok(vec![TableProviderFilterPushDown::Inexact; filters.len()])
    }

    async fn scan(
        &self,
        state: &dyn Session,
        projection: Option<&Vec<usize>>,
        filters: &[Expr],
        limit: Option<usize>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let mut source = ParquetSource::new(Arc::clone(&self.schema))
            .with_pushdown_filters(true)
            .with_reorder_filters(true)
            .with_bloom_filter_on_read(true);
        if let Some(predicate) = conjunction(filters.to_vec()) {
            let schema = DFSchema::try_from(Arc::clone(&self.schema))?;
            source = source.with_predicate(state.create_physical_expr(predicate, &schema)?);
        }
        let partitioned = |file: &Arc<DataFile>| {
            PartitionedFile::new(format!("{}/{}", self.root, file.path), file.size_bytes)
        };
        let group_count = PARTITIONS.min(self.files.len()).max(1);
        let mut groups = vec![Vec::new(); group_count];
        for (index, file) in self.files.iter().enumerate() {
            if let Some(group) = groups.get_mut(index % group_count) {
                group.push(partitioned(file));
            }
        }
        let config = FileScanConfigBuilder::new(ObjectStoreUrl::local_filesystem(), Arc::new(source))
            .with_file_groups(groups.into_iter().map(FileGroup::new).collect())
            .with_projection_indices(projection.cloned())?
            .with_limit(limit)
            .build();
        Ok(DataSourceExec::from_data_source(config))
    }
}
