//! The query engine over our tables: a plain Parquet scan of a list of files.

use std::collections::HashMap;
use std::sync::Arc;

use arrow::datatypes::SchemaRef;
use async_trait::async_trait;
use datafusion::catalog::{MemoryCatalogProviderList, Session, TableProvider};
use datafusion::common::DFSchema;
use datafusion::datasource::TableType;
use datafusion::datasource::listing::PartitionedFile;
use datafusion::datasource::physical_plan::parquet::CachedParquetFileReaderFactory;
use datafusion::datasource::physical_plan::{FileGroup, FileScanConfigBuilder, ParquetSource};
use datafusion::datasource::source::DataSourceExec;
use datafusion::error::{DataFusionError, Result};
use datafusion::execution::memory_pool::FairSpillPool;
use datafusion::execution::object_store::ObjectStoreUrl;
use datafusion::execution::runtime_env::{RuntimeEnv, RuntimeEnvBuilder};
use datafusion::execution::{SendableRecordBatchStream, SessionStateBuilder};
use datafusion::logical_expr::utils::conjunction;
use datafusion::logical_expr::{Expr, TableProviderFilterPushDown};
use datafusion::physical_expr::expressions::col as physical_col;
use datafusion::physical_expr::{LexOrdering, PhysicalSortExpr};
use datafusion::physical_plan::sorts::sort_preserving_merge::SortPreservingMergeExec;
use datafusion::physical_plan::{ExecutionPlan, execute_stream};
use datafusion::prelude::{DataFrame, SessionConfig, SessionContext};

use crate::data_file::DataFile;
use crate::table::Table;

/// Memory that all queries together may take before they spill.
const QUERY_MEMORY_BYTES: usize = 512 * 1024 * 1024;
/// Plans run on as many partitions as the machines we are built for have cores.
const PARTITIONS: usize = 2;
/// Rows of each file in memory while files are merged.
const MERGE_BATCH_ROWS: usize = 1_024;

/// The engine with its limits, shared by all queries.
pub(crate) struct Engine {
    session: SessionContext,
}

impl Engine {
    pub(crate) fn new() -> Result<Self> {
        let runtime = RuntimeEnvBuilder::new()
            .with_memory_pool(Arc::new(FairSpillPool::new(QUERY_MEMORY_BYTES)))
            .build_arc()?;
        let config = SessionConfig::new()
            .with_target_partitions(PARTITIONS)
            .with_information_schema(false)
            .set_bool("datafusion.execution.parquet.pushdown_filters", true)
            .set_bool("datafusion.execution.parquet.reorder_filters", true)
            .set_bool("datafusion.execution.parquet.bloom_filter_on_read", true);
        let session = SessionContext::new_with_config_rt(config, runtime);
        Ok(Self { session })
    }

    /// A session for one question in SQL: the same memory and footers, and no table but those it is given.
    pub(crate) fn for_sql(&self) -> SessionContext {
        let state = self.session.state();
        let config = state
            .config()
            .clone()
            .with_create_default_catalog_and_schema(true)
            .set_bool("datafusion.execution.enable_recursive_ctes", false);
        let state = SessionStateBuilder::new_from_existing(state)
            .with_config(config)
            .with_catalog_list(Arc::new(MemoryCatalogProviderList::new()))
            .with_table_functions(HashMap::new())
            .build();
        SessionContext::new_with_state(state)
    }

    /// These files as a table of the engine.
    pub(crate) fn table(&self, table: &Table, files: Vec<Arc<DataFile>>) -> Arc<dyn TableProvider> {
        Arc::new(FileTable::new(table, files))
    }

    /// The rows of these files.
    pub(crate) fn rows(&self, table: &Table, files: Vec<Arc<DataFile>>) -> Result<DataFrame> {
        self.session.read_table(self.table(table, files))
    }

    /// The rows of these files as one stream in the order of the table, in which each of them is.
    pub(crate) fn merged(
        &self,
        table: &Table,
        files: Vec<Arc<DataFile>>,
    ) -> Result<SendableRecordBatchStream> {
        let files = FileTable::new(table, files);
        let schema = &table.definition.schema;
        let sort_columns = table.definition.order.iter();
        let order: Vec<_> = sort_columns
            .map(|column| Ok(PhysicalSortExpr::new_default(physical_col(column, schema)?)))
            .collect::<Result<_>>()?;
        let order = LexOrdering::new(order)
            .ok_or_else(|| DataFusionError::Internal("a table without an order".to_owned()))?;
        let groups = files
            .files
            .iter()
            .map(|file| FileGroup::new(vec![files.partitioned(file)]));
        let source = files.source(&self.session.runtime_env())?;
        let config = FileScanConfigBuilder::new(ObjectStoreUrl::local_filesystem(), Arc::new(source))
            .with_file_groups(groups.collect())
            .with_output_ordering(vec![order.clone()])
            .with_batch_size(Some(MERGE_BATCH_ROWS))
            .build();
        let merge = SortPreservingMergeExec::new(order, DataSourceExec::from_data_source(config));
        execute_stream(Arc::new(merge), self.session.task_ctx())
    }
}

/// Parquet files with one schema. A column that a file lacks reads as null.
#[derive(Debug)]
struct FileTable {
    schema: SchemaRef,
    root: String,
    files: Vec<Arc<DataFile>>,
}

impl FileTable {
    fn new(table: &Table, files: Vec<Arc<DataFile>>) -> Self {
        Self {
            schema: Arc::clone(&table.definition.schema),
            root: table.root().to_string_lossy().trim_start_matches('/').to_owned(),
            files,
        }
    }

    fn source(&self, runtime: &RuntimeEnv) -> Result<ParquetSource> {
        // Footers are read once, not once a query.
        let disk = runtime.object_store(ObjectStoreUrl::local_filesystem())?;
        let footers = runtime.cache_manager.get_file_metadata_cache();
        let reader = CachedParquetFileReaderFactory::new(disk, footers);
        Ok(ParquetSource::new(Arc::clone(&self.schema)).with_parquet_file_reader_factory(Arc::new(reader)))
    }

    fn partitioned(&self, file: &DataFile) -> PartitionedFile {
        PartitionedFile::new(format!("{}/{}", self.root, file.path), file.size_bytes)
    }
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
        let mut source = self
            .source(state.runtime_env())?
            .with_pushdown_filters(true)
            .with_reorder_filters(true)
            .with_bloom_filter_on_read(true);
        if let Some(predicate) = conjunction(filters.to_vec()) {
            let schema = DFSchema::try_from(Arc::clone(&self.schema))?;
            source = source.with_predicate(state.create_physical_expr(predicate, &schema)?);
        }
        let group_count = PARTITIONS.min(self.files.len()).max(1);
        let mut groups = vec![Vec::new(); group_count];
        for (index, file) in self.files.iter().enumerate() {
            if let Some(group) = groups.get_mut(index % group_count) {
                group.push(self.partitioned(file));
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
